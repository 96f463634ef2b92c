package dev.skein.replication.nodelog;

/**
 * What is on disk is not what was written and promised. Never repaired by cutting, which could take back acknowledged entries: a sealed
 * segment of a running node may be mended from other replicas ({@link LogScrub}), any other storage must be quarantined, wiped and
 * filled again by them.
 */
public final class NodeLogDamagedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** 0: not one segment. */
    private final int segment;

    public NodeLogDamagedException(String reason) {
        this(reason, 0);
    }

    private NodeLogDamagedException(String reason, int segment) {
        super(reason);
        this.segment = segment;
    }

    public NodeLogDamagedException(String reason, Throwable cause) {
        super(reason, cause);
        this.segment = 0;
    }

    /** The segment that is damaged; 0 when it isn't one alone. */
    public int segment() {
        return segment;
    }

    /** Damage at a place in a segment. */
    static NodeLogDamagedException at(int segment, long offset, String what) {
        return new NodeLogDamagedException("segment " + segment + " offset " + offset + ": " + what, segment);
    }
}
