package dev.skein.core;

/**
 * Every fixed limit, with its reason and what happens when it is reached. Limits that a user may set are in the configuration
 * or in the namespace.
 */
public final class Limits {

    /** Bytes of one Raft entry: larger entries block the shared log and links for too long. Reached: the next entry starts. */
    public static final int ENTRY_BYTES_MAX = 1 << 20;

    /** Entries a shard has proposed but not applied: more only queue. Reached: publishes wait in the shard's queue. */
    public static final int ENTRIES_IN_FLIGHT_MAX = 32;

    /** Bytes waiting to be proposed in one shard. Reached: OVERLOADED. */
    public static final long PROPOSE_QUEUE_BYTES_MAX = 16L << 20;

    /** Publishes waiting to be proposed in one shard: small ones cost more than their bytes. Reached: OVERLOADED. */
    public static final int PROPOSE_QUEUE_PUBLISHES_MAX = 16_384;

    /** Largest message a namespace may allow: a message must fit into an entry with room for its neighbours. */
    public static final int MESSAGE_BYTES_CEILING = 512 << 10;

    /** Default of a namespace's largest message. Reached: MESSAGE_TOO_LARGE. */
    public static final int MESSAGE_BYTES_DEFAULT = 256 << 10;

    /** Messages of one publish. Reached: BATCH_TOO_LARGE. */
    public static final int MESSAGES_PER_PUBLISH_MAX = 1_000;

    /** Bytes of one publish; it must fit into one entry. Reached: BATCH_TOO_LARGE. */
    public static final int PUBLISH_BYTES_MAX = 768 << 10;

    /** Message id, in bytes: it stands in an index key. Reached: INVALID_ARGUMENT. */
    public static final int MESSAGE_ID_BYTES_MAX = 64;

    /** Headers of one message. Reached: INVALID_ARGUMENT. */
    public static final int HEADERS_MAX = 32;

    /** Bytes of a header key. Reached: INVALID_ARGUMENT. */
    public static final int HEADER_KEY_BYTES_MAX = 128;

    /**
     * Sequences per producer and shard whose serials are remembered. A client has at most this many unanswered messages per
     * shard, so that every retry finds its original. Older: SEQUENCE_TOO_OLD.
     */
    public static final int PRODUCER_SEQUENCES_REMEMBERED = 8_192;

    /** Log time after which a silent producer is forgotten, in milliseconds (7 days). After that: UNKNOWN_PRODUCER. */
    public static final long PRODUCER_IDLE_MS_MAX = 7L * 24 * 3600 * 1000;

    /** Shards of a namespace. Reached: INVALID_ARGUMENT. */
    public static final int SHARDS_MAX = 1_024;

    /** Default shards of a namespace. */
    public static final int SHARDS_DEFAULT = 24;

    /** Messages of a history page. Larger limits are cut to it. */
    public static final int HISTORY_PAGE_MAX = 1_000;

    /** Bytes of a history page: keeps a response well under gRPC's message limit. Reached: the page ends. */
    public static final int HISTORY_PAGE_BYTES_MAX = 1 << 20;

    /** Subscriptions of a session. Reached: TOO_MANY_SUBSCRIPTIONS. */
    public static final int SUBSCRIPTIONS_PER_SESSION_MAX = 10_000;

    /** Sessions of a node. Reached: OVERLOADED with a route elsewhere. */
    public static final int SESSIONS_MAX = 50_000;

    /** Unanswered publishes of a session. Reached: OVERLOADED. */
    public static final int PUBLISHES_IN_FLIGHT_MAX = 4_096;

    /** Bytes of unanswered publishes of a session. Reached: OVERLOADED. */
    public static final long PUBLISH_BYTES_IN_FLIGHT_MAX = 16L << 20;

    /** gRPC's inbound message limit between nodes and for clients: an entry and its framing. */
    public static final int GRPC_MESSAGE_BYTES_MAX = 4 << 20;

    /** Namespaces of a cluster. Reached: INVALID_ARGUMENT. */
    public static final int NAMESPACES_MAX = 256;

    /** API keys of a cluster: every node holds them all. Reached: INVALID_ARGUMENT. */
    public static final int KEYS_MAX = 4_096;

    /** Capabilities of a key or token. Reached: INVALID_ARGUMENT. */
    public static final int CAPABILITIES_MAX = 64;

    /** Revocations of tokens that are remembered, each until no such token can be valid. Reached: INVALID_ARGUMENT. */
    public static final int TOKEN_REVOCATIONS_MAX = 4_096;

    /** Longest life of a token, in milliseconds (31 days): how long its revocation is remembered. */
    public static final long TOKEN_LIFETIME_MS_MAX = 31L * 24 * 3600 * 1000;

    /** Client id of a member, in bytes: it stands in an index key. Reached: INVALID_ARGUMENT. */
    public static final int MEMBER_CLIENT_BYTES_MAX = 128;

    /** User of a member, in bytes: it stands in an index key. Reached: INVALID_ARGUMENT. */
    public static final int MEMBER_USER_BYTES_MAX = 256;

    /** Each of a member's two infos, in bytes: all of a channel's members are sent to whoever asks. Reached: INVALID_ARGUMENT. */
    public static final int MEMBER_INFO_BYTES_MAX = 4 << 10;

    /** Default of a namespace's members in a channel. Reached: TOO_MANY_MEMBERS. */
    public static final int MEMBERS_DEFAULT = 50_000;

    /** Most that a namespace may allow: an answer with all of them takes hundreds of megabytes already. Reached: INVALID_ARGUMENT. */
    public static final int MEMBERS_CEILING = 1_000_000;

    /** Default of how long members stay whose node isn't heard of, in milliseconds. */
    public static final long PRESENCE_LEASE_MS_DEFAULT = 15_000;

    /** Shortest lease, in milliseconds: one lost sign of life must not end a node's members. Reached: INVALID_ARGUMENT. */
    public static final long PRESENCE_LEASE_MS_MIN = 3_000;

    /** Longest lease, in milliseconds: so long are ghosts seen. Reached: INVALID_ARGUMENT. */
    public static final long PRESENCE_LEASE_MS_MAX = 600_000;

    /** Members that enter or leave with one change: what one entry does must not hold up those behind it. Reached: INVALID_ARGUMENT. */
    public static final int MEMBERS_PER_CHANGE_MAX = 2_000;

    /** Bytes of one change of presence; it must fit into one entry. Reached: INVALID_ARGUMENT. */
    public static final int PRESENCE_CHANGE_BYTES_MAX = 512 << 10;

    /** Changes of presence that a shard has proposed and not applied. Reached: OVERLOADED. */
    public static final int PRESENCE_CHANGES_IN_FLIGHT_MAX = 64;

    /** Holders of members in a shard: one for each node's life, and those about to be forgotten. Reached: OVERLOADED. */
    public static final int PRESENCE_HOLDERS_MAX = 1_024;

    /** Members of a page. Larger limits are cut to it. */
    public static final int MEMBERS_PAGE_MAX = 5_000;

    /** Bytes of a page of members: it must fit into a gRPC message with room to spare. Reached: the page ends. */
    public static final int MEMBERS_PAGE_BYTES_MAX = 1 << 20;

    private Limits() {}
}
