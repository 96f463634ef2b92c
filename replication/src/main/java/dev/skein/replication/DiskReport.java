package dev.skein.replication;

/**
 * How a node's disk is.
 *
 * @param condition the worst that is known
 * @param text empty when it is well; else what is wrong, what was seen and what was expected
 */
public record DiskReport(Condition condition, String text) {

    /** A disk that is well. */
    public static final DiskReport WELL = new DiskReport(Condition.WELL, "");

    /** From good to bad. */
    public enum Condition {
        WELL,
        /** It stood still a short time ago. */
        RECOVERING,
        /** Nearly full: nothing new is taken in as leader. */
        LOW,
        /** As good as full: nothing at all is added to the log. */
        FULL,
        /** A write or sync doesn't end. */
        STALLED
    }

    /** Whether whatever needs the disk would wait. */
    public boolean isStalled() {
        return condition == Condition.STALLED;
    }
}
