package dev.skein.server.publish;

import dev.skein.core.NodeId;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import java.util.Optional;

/** What a refusal tells a lane. */
final class Refusals {

    private static final String LEADER_KEY = "leader";

    private Refusals() {}

    /** Nothing was proposed, and another attempt, there or elsewhere, may succeed. */
    static boolean notProposed(Reason reason) {
        return switch (reason) {
            case REASON_NOT_LEADER,
                    REASON_NO_LEADER,
                    REASON_NO_REPLICA,
                    REASON_SHARD_FENCED,
                    REASON_DRAINING,
                    REASON_STARTING,
                    REASON_OVERLOADED -> true;
            default -> false;
        };
    }

    /** It may have been proposed; nobody knows whether it commits. */
    static boolean unknown(Reason reason) {
        return switch (reason) {
            case REASON_OUTCOME_UNKNOWN, REASON_INTERNAL, REASON_DEADLINE, UNRECOGNIZED, REASON_UNSPECIFIED -> true;
            default -> false;
        };
    }

    /** The shard hasn't seen the producer's earlier publishes. */
    static boolean early(Reason reason) {
        return reason == Reason.REASON_SEQUENCE_GAP || reason == Reason.REASON_UNKNOWN_PRODUCER;
    }

    /** Whether the node refused because it doesn't lead, rather than because it is busy. */
    static boolean wrongNode(Reason reason) {
        return notProposed(reason) && reason != Reason.REASON_OVERLOADED;
    }

    /** The node that the refusal names as leader. */
    static Optional<NodeId> leader(Error error) {
        String leader = error.getMetadataOrDefault(LEADER_KEY, "");
        return leader.isEmpty() ? Optional.empty() : Optional.of(new NodeId(leader));
    }
}
