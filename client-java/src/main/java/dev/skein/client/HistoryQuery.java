package dev.skein.client;

import java.util.OptionalLong;

/**
 * Which page of a channel's history to read. Immutable.
 *
 * @param channel the channel
 * @param fromSerial where the page starts; empty: the oldest message, or the newest when reading backward
 * @param backward newest first
 * @param limit messages at most, 1 to 1,000
 * @param epoch refuse unless the channel has this epoch
 * @param allowStale answer from the nearest replica without asking the leader; may be slightly old
 */
public record HistoryQuery(
        String channel, OptionalLong fromSerial, boolean backward, int limit, OptionalLong epoch, boolean allowStale) {

    /** Largest page. */
    public static final int LIMIT_MAX = 1_000;

    public HistoryQuery {
        fromSerial.ifPresent(serial -> Args.check(serial >= 1, "fromSerial", serial, "1 or more"));
        Args.check(limit >= 1 && limit <= LIMIT_MAX, "limit", limit, "1 to " + LIMIT_MAX);
    }

    /** From the oldest message on. */
    public static HistoryQuery oldestFirst(String channel) {
        return new HistoryQuery(channel, OptionalLong.empty(), false, 100, OptionalLong.empty(), false);
    }

    /** From the newest message back. */
    public static HistoryQuery newestFirst(String channel) {
        return new HistoryQuery(channel, OptionalLong.empty(), true, 100, OptionalLong.empty(), false);
    }

    /** Starting at this serial. */
    public HistoryQuery withFrom(long serial) {
        return new HistoryQuery(channel, OptionalLong.of(serial), backward, limit, epoch, allowStale);
    }

    /** With this many messages at most. */
    public HistoryQuery withLimit(int messages) {
        return new HistoryQuery(channel, fromSerial, backward, messages, epoch, allowStale);
    }

    /** Only of this epoch. */
    public HistoryQuery withEpoch(long epoch) {
        return new HistoryQuery(channel, fromSerial, backward, limit, OptionalLong.of(epoch), allowStale);
    }

    /** From the nearest replica, possibly slightly old. */
    public HistoryQuery withStaleAllowed() {
        return new HistoryQuery(channel, fromSerial, backward, limit, epoch, true);
    }
}
