package dev.skein.systemtests.wan;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** First in, first out, each not before its time. Knows no sockets and no clock. Owned by one loop. */
final class DelayLine {

    /** Something on its way. */
    sealed interface Parcel {

        /** Bytes for the other end; whoever takes them releases them. */
        record Bytes(ByteBuf content) implements Parcel {}

        /** Something that happens at the other end: a connect, a close. */
        record Mark(Runnable arrival) implements Parcel {}
    }

    private record Due(Parcel parcel, long atNanos) {}

    private final Deque<Due> waiting = new ArrayDeque<>();
    private long queuedBytes;

    /** Nothing arrives earlier: after a cut, everything held has to be sent again. */
    private long floorNanos;

    /** Due times never go back, which keeps a jittered stream of bytes in order. */
    private long lastDueNanos;

    void add(Parcel parcel, long dueNanos) {
        lastDueNanos = Math.max(lastDueNanos, dueNanos);
        waiting.addLast(new Due(parcel, lastDueNanos));
        queuedBytes += bytesOf(parcel);
    }

    /** The head, left in place; null when empty. */
    @Nullable
    Parcel head() {
        Due due = waiting.peekFirst();
        return due == null ? null : due.parcel();
    }

    /** When the head may leave; meaningless when empty. */
    long headDueNanos() {
        Due due = waiting.peekFirst();
        return due == null ? Long.MAX_VALUE : Math.max(due.atNanos(), floorNanos);
    }

    /** The head when its time has come, else null. */
    @Nullable
    Parcel take(long nowNanos) {
        if (headDueNanos() > nowNanos || waiting.isEmpty()) {
            return null;
        }
        Parcel parcel = waiting.removeFirst().parcel();
        queuedBytes -= bytesOf(parcel);
        return parcel;
    }

    void holdUntil(long nanos) {
        floorNanos = Math.max(floorNanos, nanos);
    }

    int size() {
        return waiting.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    long queuedBytes() {
        return queuedBytes;
    }

    /** Drops everything. */
    void clear() {
        for (Due due : waiting) {
            if (due.parcel() instanceof Parcel.Bytes bytes) {
                bytes.content().release();
            }
        }
        waiting.clear();
        queuedBytes = 0;
    }

    private static int bytesOf(Parcel parcel) {
        return parcel instanceof Parcel.Bytes bytes ? bytes.content().readableBytes() : 0;
    }
}
