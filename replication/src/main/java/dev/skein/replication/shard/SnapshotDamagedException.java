package dev.skein.replication.shard;

import java.io.IOException;

/** A snapshot can't be used: it is damaged, cut off, or another shard's. */
public final class SnapshotDamagedException extends IOException {

    private static final long serialVersionUID = 1;

    SnapshotDamagedException(String message) {
        super(message);
    }

    SnapshotDamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
