package dev.skein.benchmarks.system;

/** What an acknowledgement means. Rows are comparable only at the same one, or against a weaker one. */
public enum Durability {
    /** A quorum of replicas has fsynced the message. */
    FSYNC_QUORUM("fsync quorum"),
    /** Replicas have the message in memory; a power cut of a quorum can lose it. */
    PAGE_CACHE("page cache"),
    /** Nothing is kept. */
    NONE("none");

    private final String text;

    Durability(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
