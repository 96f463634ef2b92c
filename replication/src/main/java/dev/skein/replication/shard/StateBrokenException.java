package dev.skein.replication.shard;

/** A broken invariant of the state. The replica must be fenced: it can't be trusted to decide as the others do. */
public final class StateBrokenException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    StateBrokenException(String message) {
        super(message);
    }

    StateBrokenException(String message, Throwable cause) {
        super(message, cause);
    }
}
