package dev.skein.replication;

import dev.skein.proto.error.v1.Error;
import dev.skein.wire.Errors;

/** A refusal from the error catalogue, where a future or a call must fail with it. */
public final class ReplicationException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Error error;

    public ReplicationException(Error error) {
        super(Errors.shortName(error.getReason()) + ": " + error.getText());
        this.error = error;
    }

    /** The refusal. */
    public Error error() {
        return error;
    }
}
