package dev.skein.client.internal.core;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What {@code stats()} counts. Written by the loop and the callback threads, read by anyone. */
public final class Counters {

    public final LongAdder sessions = new LongAdder();
    public final LongAdder publishesAcknowledged = new LongAdder();
    public final LongAdder publishesFailed = new LongAdder();
    public final LongAdder publishesResent = new LongAdder();
    public final LongAdder messagesDelivered = new LongAdder();
    public final LongAdder messagesDropped = new LongAdder();
    public final LongAdder gaps = new LongAdder();
    public final AtomicInteger subscriptions = new AtomicInteger();

    /** Messages accepted by {@code publish} and not yet answered; checked against the limit before a publish is taken. */
    public final AtomicInteger messagesUnanswered = new AtomicInteger();

    /** The same in bytes. */
    public final AtomicLong bytesUnanswered = new AtomicLong();
}
