package dev.skein.client.internal.core;

import dev.skein.client.PublishOptions;

/**
 * A publish that waits for its answer. It keeps its place in its lane until the server has answered, even when the application has been told
 * that its outcome is unknown: its sequence must be taken before those behind it can be.
 */
public final class PendingPublish {

    private static final long SERVER_TRY_MS_MAX = 5_000;

    final Channel channel;
    final EncodedMessages messages;
    final PublishOptions options;
    final long deadlineNanos;
    final PublishResult result;

    /** 0 until it is numbered. */
    long firstSequence;

    /** Sent, and the session still owes the answer. */
    boolean underWay;

    /** An attempt ended without a word on whether it took effect. */
    boolean maybeTaken;

    /** It has to go in a section of its own: it asks for more than to be taken, or its neighbours must not share its answer. */
    boolean alone;

    /** The server has answered for good. */
    boolean settled;

    /** The application has been told that it failed. Not changed once it is settled and told, so the callback may read it. */
    boolean failed;

    int attempts;

    public PendingPublish(
            Channel channel,
            EncodedMessages messages,
            PublishOptions options,
            long deadlineNanos,
            PublishResult result) {
        this.channel = channel;
        this.messages = messages;
        this.options = options;
        this.deadlineNanos = deadlineNanos;
        this.result = result;
        this.alone = options.atomic()
                || options.ephemeral()
                || options.expectedLastSerial().isPresent();
    }

    int size() {
        return messages.count();
    }

    int bytes() {
        return messages.size();
    }

    long lastSequence() {
        return firstSequence + messages.count() - 1;
    }

    /** How long the server may try, by this publish's timeout. */
    long serverTryMillis(long nowNanos) {
        long left = (deadlineNanos - nowNanos) / 1_000_000;
        return failed ? SERVER_TRY_MS_MAX : Math.max(1, Math.min(left, SERVER_TRY_MS_MAX));
    }
}
