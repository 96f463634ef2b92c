package dev.skein.replication.group;

import dev.skein.core.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares a replica's state with what others say of theirs, at equal indexes. A replica that differs from most of the shard's replicas has
 * to stop; as long as no majority is against it, nobody can say who is wrong. Owned by one thread.
 */
final class StateJury {

    private final Map<NodeId, Map<Long, Long>> heard = new HashMap<>();

    /** What another replica says: index to digest. Replaces what it said before. */
    void hear(NodeId node, Map<Long, Long> points) {
        heard.put(node, Map.copyOf(points));
    }

    /**
     * What the replicas' words come to.
     *
     * @param own this replica's points
     * @param peers the shard's other replicas; what anyone else said is forgotten
     */
    Verdict judge(Map<Long, Long> own, Collection<NodeId> peers) {
        heard.keySet().retainAll(peers);
        Optional<Difference> first = Optional.empty();
        int compared = 0;
        for (Map.Entry<Long, Long> point : new TreeMap<>(own).entrySet()) {
            Map<Long, Integer> said = saidAt(point.getKey());
            compared += said.values().stream().mapToInt(Integer::intValue).sum();
            said.remove(point.getValue());
            Optional<Difference> difference = said.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .map(most -> new Difference(
                            point.getKey(), point.getValue(), most.getKey(), most.getValue(), peers.size() + 1));
            if (difference.filter(Difference::isMost).isPresent()) {
                return new Verdict(compared, difference);
            }
            first = first.or(() -> difference);
        }
        return new Verdict(compared, first);
    }

    /** Digests at an index, and how many replicas have each. */
    private Map<Long, Integer> saidAt(long index) {
        Map<Long, Integer> said = new HashMap<>();
        for (Map<Long, Long> points : heard.values()) {
            Long digest = points.get(index);
            if (digest != null) {
                said.merge(digest, 1, Integer::sum);
            }
        }
        return said;
    }

    /**
     * What a comparison found.
     *
     * @param compared pairs of digests
     * @param difference one that most share, else the first one
     */
    record Verdict(int compared, Optional<Difference> difference) {}

    /**
     * A difference at an index.
     *
     * @param own digest here
     * @param theirs the digest that most of those have that differ
     * @param differing how many have it
     * @param replicas how many there are
     */
    record Difference(long index, long own, long theirs, int differing, int replicas) {

        /** Whether most of all replicas agree with each other, and not with this one. */
        boolean isMost() {
            return 2 * differing > replicas;
        }

        String text() {
            return "state differs from " + differing + " of " + replicas + " replicas at index " + index + ": digest "
                    + Long.toHexString(own) + " (expected: " + Long.toHexString(theirs) + ")";
        }
    }
}
