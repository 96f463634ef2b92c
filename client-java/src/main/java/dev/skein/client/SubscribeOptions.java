package dev.skein.client;

import java.time.Instant;

/**
 * How to subscribe. Immutable.
 *
 * @param start where to start
 * @param explicitDemand whether messages come only as {@link Subscription#request} asks for them; else they come as the listener
 *     takes them
 * @param bufferedMessages messages on their way to the listener at most
 */
public record SubscribeOptions(StartPoint start, boolean explicitDemand, int bufferedMessages) {

    /** Default of {@code bufferedMessages}. */
    public static final int BUFFERED_MESSAGES_DEFAULT = 1_024;

    private static final int BUFFERED_MESSAGES_MAX = 65_536;

    public SubscribeOptions {
        Args.check(
                bufferedMessages >= 1 && bufferedMessages <= BUFFERED_MESSAGES_MAX,
                "bufferedMessages",
                bufferedMessages,
                "1 to " + BUFFERED_MESSAGES_MAX);
    }

    /** From this point, with automatic demand. */
    public static SubscribeOptions from(StartPoint start) {
        return new SubscribeOptions(start, false, BUFFERED_MESSAGES_DEFAULT);
    }

    /** What is published from now on. */
    public static SubscribeOptions fromLatest() {
        return from(new StartPoint.Latest());
    }

    /** From this serial on; 1 is the beginning. */
    public static SubscribeOptions fromSerial(long serial) {
        return from(new StartPoint.AtSerial(serial));
    }

    /** After this position. */
    public static SubscribeOptions fromPosition(Position position) {
        return from(new StartPoint.After(position));
    }

    /** With the last messages, this many at most. */
    public static SubscribeOptions lastMessages(int messages) {
        return from(new StartPoint.Last(messages));
    }

    /** From the first message whose time isn't before this. */
    public static SubscribeOptions since(Instant time) {
        return from(new StartPoint.Since(time));
    }

    /** After the position in the token. */
    public static SubscribeOptions resume(ResumeToken token) {
        return from(new StartPoint.Resume(token));
    }

    /** With messages only on {@link Subscription#request}. */
    public SubscribeOptions withExplicitDemand() {
        return new SubscribeOptions(start, true, bufferedMessages);
    }

    /** With another limit of messages on their way. */
    public SubscribeOptions withBufferedMessages(int messages) {
        return new SubscribeOptions(start, explicitDemand, messages);
    }
}
