package dev.skein.replication.group;

import dev.skein.proto.error.v1.Error;

/** Something proposed by this replica. Success comes through {@link GroupMachine#apply}; this hears of failure only. */
public interface Proposal {

    /**
     * The entry was refused, or its outcome isn't known; the error says which. Called at most once, on a thread that it must not
     * block, and never together with an apply on this replica.
     */
    void failed(Error error);
}
