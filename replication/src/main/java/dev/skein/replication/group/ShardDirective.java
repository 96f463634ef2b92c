package dev.skein.replication.group;

import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.ShardPolicy;
import java.util.List;
import java.util.Optional;

/**
 * What the control state wants of a shard now; told to its replica again and again.
 *
 * @param policy what apply depends on
 * @param voters members wanted, as {@code node:incarnation}
 * @param learners members wanted, as {@code node:incarnation}
 * @param leaderWanted where the leader should be now, when that is another node than this one and it is fit to lead
 */
public record ShardDirective(
        ShardPolicy policy, List<String> voters, List<String> learners, Optional<NodeId> leaderWanted) {

    public ShardDirective {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
    }
}
