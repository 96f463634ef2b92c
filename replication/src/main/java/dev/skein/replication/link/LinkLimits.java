package dev.skein.replication.link;

/** The limits of this package, each with its reason and what happens when it is reached. */
final class LinkLimits {

    /** Bytes gathered into one message: large enough to be cheap, small enough that a heartbeat soon follows it. */
    static final int MESSAGE_BYTES = 256 << 10;

    /** Bytes of appends, snapshots and files waiting for one peer. Reached: the invocation fails and JRaft backs off. */
    static final long DATA_QUEUE_BYTES_MAX = 32L << 20;

    /** Bytes of votes, heartbeats and responses waiting for one peer. Reached: as above; a full one means a dead peer. */
    static final long CONTROL_QUEUE_BYTES_MAX = 8L << 20;

    /** Bytes received from one peer and not yet handed to Raft. Reached: the request is answered with EBUSY. */
    static final long INBOUND_BYTES_MAX = 16L << 20;

    /** What a small frame costs in memory besides its body. */
    static final int FRAME_OVERHEAD_BYTES = 256;

    /** Calls without an answer on one link. Reached: the invocation fails. */
    static final int CALLS_MAX = 16_384;

    /** FetchEntries streams served at a time. Reached: RESOURCE_EXHAUSTED; the replica tries again. */
    static final int FETCHES_MAX = 8;

    /** Messages of a FetchEntries stream that are on the way: keeps bulk traffic from delaying appends. */
    static final int FETCH_WINDOW = 4;

    /** InstallSnapshot requests waiting for a thread. Reached: EBUSY. */
    static final int INSTALLS_QUEUED_MAX = 256;

    /** Links from other nodes. A cluster has fewer nodes than this. Reached: RESOURCE_EXHAUSTED. */
    static final int INBOUND_LINKS_MAX = 256;

    private LinkLimits() {}
}
