package dev.skein.systemtests.history;

/**
 * Something else that a subscription told.
 *
 * @param kind what
 * @param source the subscriber
 * @param channel see {@link History#channelName}
 * @param first first serial of a gap; the position's serial when caught up
 * @param last last serial of a gap
 * @param nanos when
 */
public record Mark(Kind kind, int source, int channel, long first, long last, long nanos) {

    /** What was told. */
    public enum Kind {
        GAP,
        CAUGHT_UP,
        CLOSED
    }
}
