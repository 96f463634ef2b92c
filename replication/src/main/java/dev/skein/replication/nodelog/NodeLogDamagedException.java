package dev.skein.replication.nodelog;

/**
 * What is on disk is not what was written and promised. Never repaired here: repairing by cutting could take back
 * acknowledged entries, so the node's storage must be quarantined, wiped and filled again by the other replicas.
 */
public final class NodeLogDamagedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public NodeLogDamagedException(String reason) {
        super(reason);
    }

    public NodeLogDamagedException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** Damage at a place in a segment. */
    static NodeLogDamagedException at(int segment, long offset, String what) {
        return new NodeLogDamagedException("segment " + segment + " offset " + offset + ": " + what);
    }
}
