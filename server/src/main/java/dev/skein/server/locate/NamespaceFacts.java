package dev.skein.server.locate;

import dev.skein.core.NodeId;
import java.util.List;

/**
 * What serving clients needs to know of a namespace.
 *
 * @param name its name
 * @param shards number of shards
 * @param homeRegion where its leaders should be
 * @param messageBytesMax largest message
 * @param placements by shard number; shorter than {@code shards} while placements are missing
 */
public record NamespaceFacts(
        String name, int shards, String homeRegion, long messageBytesMax, List<Placement> placements) {

    public NamespaceFacts {
        placements = List.copyOf(placements);
    }

    /**
     * Where a shard's replicas should be.
     *
     * @param voters the first is the preferred leader
     * @param learners copies that do not vote
     */
    public record Placement(List<NodeId> voters, List<NodeId> learners) {

        public static final Placement NONE = new Placement(List.of(), List.of());

        public Placement {
            voters = List.copyOf(voters);
            learners = List.copyOf(learners);
        }
    }
}
