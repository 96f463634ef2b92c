package dev.skein.client;

/** Why something was refused or ended. The names are those of the error catalogue, plus {@link #CLIENT_CLOSED} and {@link #UNAVAILABLE}. */
public enum Reason {
    /** A field of the request is malformed. */
    INVALID_ARGUMENT,
    /** The channel name breaks the rules. */
    INVALID_CHANNEL,
    /** No namespace of that name exists. */
    UNKNOWN_NAMESPACE,
    /** The message is larger than the namespace allows. */
    MESSAGE_TOO_LARGE,
    /** The batch holds more messages or bytes than allowed. */
    BATCH_TOO_LARGE,
    /** The session holds as many subscriptions as allowed. */
    TOO_MANY_SUBSCRIPTIONS,
    /** A frame broke the session grammar. */
    PROTOCOL_VIOLATION,
    /** The thing asked about isn't known. */
    NOT_FOUND,
    /** The thing exists already, with other content. */
    ALREADY_EXISTS,
    /** The present nodes can't meet the namespace's survival goal. */
    SURVIVAL_GOAL_UNMET,
    /** The producer sequence leaves a gap. The client resends; applications don't see it. */
    SEQUENCE_GAP,
    /** The producer sequence was used before with other content. */
    SEQUENCE_REUSED,
    /** The publish took effect so long ago that its serial is no longer remembered. */
    SEQUENCE_TOO_OLD,
    /** The producer isn't known any more. */
    UNKNOWN_PRODUCER,
    /** The channel's last serial isn't the expected one; metadata {@code last_serial} holds it. */
    CONDITION_FAILED,
    /** An atomic batch repeats some but not all message ids of earlier messages. */
    MESSAGE_ID_CONFLICT,
    /** The position's epoch isn't the channel's; metadata {@code epoch} holds the present one. */
    WRONG_EPOCH,
    /** The resume token was given out by another cluster. */
    FOREIGN_TOKEN,
    /** The resume token is damaged. */
    INVALID_TOKEN,
    /** The position lies past the end of the channel. */
    FUTURE_POSITION,
    /** The node doesn't lead the shard. */
    NOT_LEADER,
    /** The shard has no leader just now. */
    NO_LEADER,
    /** The request may or may not have taken effect. */
    OUTCOME_UNKNOWN,
    /** A queue is full, here or in the server. */
    OVERLOADED,
    /** The node is draining or stopping. */
    DRAINING,
    /** The node has no replica of the shard. */
    NO_REPLICA,
    /** The deadline passed before anything took effect. */
    DEADLINE,
    /** The replica stopped on a broken invariant or on damaged storage. */
    SHARD_FENCED,
    /** The node is still starting. */
    STARTING,
    /** A read couldn't be confirmed against the leader in time. */
    READ_NOT_CONFIRMED,
    /** The disks of those who could lead are nearly full; nothing took effect. */
    DISK_FULL,
    /** The subscriber took messages too slowly. The client resumes; applications don't see it. */
    SLOW_CONSUMER,
    /** The session sent no heartbeat in time. */
    HEARTBEAT_TIMEOUT,
    /** The endpoints belong to another cluster than before. */
    CLUSTER_MISMATCH,
    /** Another live node uses the same id. */
    DUPLICATE_NODE,
    /** The certificate doesn't allow the call. */
    IDENTITY_REFUSED,
    /** No credential, or one that the cluster doesn't take. */
    UNAUTHENTICATED,
    /** The credential has expired. The client attaches again with a new one, if its supplier has one. */
    CREDENTIAL_EXPIRED,
    /** The credential doesn't allow this; metadata {@code permission} and {@code channel} say what. */
    PERMISSION_DENIED,
    /** More than the key or the connection may have in that time. */
    QUOTA_EXCEEDED,
    /** The channel has as many members as its namespace allows. */
    TOO_MANY_MEMBERS,
    /** The namespace has no presence. */
    PRESENCE_OFF,
    /** A defect in the server. */
    INTERNAL,
    /** No node could be reached. */
    UNAVAILABLE,
    /** This client was closed. */
    CLIENT_CLOSED,
    /** A subscription's listener threw. */
    LISTENER_FAILED,
    /** A reason newer than this client. */
    UNKNOWN
}
