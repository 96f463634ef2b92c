package dev.skein.systemtests.history;

/**
 * Somebody who shows messages.
 *
 * @param kind how
 * @param where a region, or a node for a replica
 */
public record Source(Kind kind, String where) {

    /** How messages are shown. */
    public enum Kind {
        /** Deliveries of a full subscriber, in the order in which its listener got them. */
        SUBSCRIBER("subscriber in "),
        /** Deliveries of a subscriber that comes and goes: a part of a channel, from where it resumed. */
        VISITOR("visiting subscriber in "),
        /** The history API, read when all was over. */
        HISTORY("history read in "),
        /** A node's own replica, read when all was over. */
        REPLICA("replica on ");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** Whether it shows the whole of each channel it covers, whatever clients did. */
    public boolean isFinal() {
        return kind == Kind.HISTORY || kind == Kind.REPLICA;
    }

    /** Whether messages were pushed to it. */
    public boolean isDelivery() {
        return !isFinal();
    }

    @Override
    public String toString() {
        return kind.text + where;
    }
}
