package dev.skein.client.admin;

import java.util.List;

/**
 * A namespace as it is.
 *
 * @param spec its policy
 * @param version grows with every change
 * @param epoch epoch of its shards
 * @param placements where each shard should be
 */
public record Namespace(NamespaceSpec spec, long version, long epoch, List<Placement> placements) {

    public Namespace {
        placements = List.copyOf(placements);
    }

    /**
     * Where a shard should be.
     *
     * @param shard its number
     * @param voters node names; the first is the preferred leader
     * @param learners node names
     */
    public record Placement(int shard, List<String> voters, List<String> learners) {

        public Placement {
            voters = List.copyOf(voters);
            learners = List.copyOf(learners);
        }
    }
}
