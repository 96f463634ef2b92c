package dev.skein.replication.nodelog;

/** A data directory that this node must not use; the text says why and what was expected. */
public final class StorageRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Why a directory is refused. */
    public enum Reason {
        /** Another process holds it. */
        IN_USE,
        /** It belongs to another node of the cluster. */
        OTHER_NODE,
        /** It belongs to another cluster. */
        OTHER_CLUSTER,
        /** Its identity is missing or unreadable. */
        DAMAGED_IDENTITY,
        /** It cannot be made, read or written. */
        NOT_USABLE
    }

    private final Reason reason;

    StorageRefusedException(Reason reason, String text) {
        super(text);
        this.reason = reason;
    }

    StorageRefusedException(Reason reason, String text, Throwable cause) {
        super(text, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
