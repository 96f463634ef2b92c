package dev.skein.replication.store;

/** The store failed: disk trouble, damage, or it is closed. Nothing of the failed call may be relied on. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean damaged;

    StoreException(String message, boolean damaged, Throwable cause) {
        super(message, cause);
        this.damaged = damaged;
    }

    StoreException(String message) {
        super(message);
        this.damaged = false;
    }

    /** Whether the files themselves are damaged: they may be wiped and rebuilt from snapshot and log. */
    public boolean damaged() {
        return damaged;
    }
}
