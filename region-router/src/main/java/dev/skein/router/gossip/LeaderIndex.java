package dev.skein.router.gossip;

import dev.skein.proto.gossip.v1.ShardLed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who leads which group, by the claims of members that aren't dead: the highest term wins, and among equal terms (which Raft
 * rules out) the smaller name. Written by the router's thread; {@link #leaderOf} may be called from anywhere.
 */
public final class LeaderIndex {

    /** Groups indexed: all of a large cluster. Reached: claims for further groups are ignored, redirects still work. */
    private static final int GROUPS_MAX = 65_536;

    private record Claim(String node, long term) {}

    private final Map<String, List<ShardLed>> claimsOfNode = new HashMap<>();
    private final Map<String, Map<String, Long>> claimsOnGroup = new HashMap<>();
    private final ConcurrentHashMap<String, Claim> best = new ConcurrentHashMap<>();

    /** The leader of a group as far as gossip knows. */
    public Optional<String> leaderOf(String group) {
        return Optional.ofNullable(best.get(group)).map(Claim::node);
    }

    /** Replaces the node's claims; none when it is dead or has left. */
    void claims(String node, List<ShardLed> claims) {
        List<ShardLed> before = claimsOfNode.getOrDefault(node, List.of());
        if (before.equals(claims)) {
            return;
        }
        Set<String> touched = new HashSet<>();
        before.forEach(claim -> drop(node, claim.getGroup(), touched));
        claims.forEach(claim -> add(node, claim, touched));
        if (claims.isEmpty()) {
            claimsOfNode.remove(node);
        } else {
            claimsOfNode.put(node, claims);
        }
        touched.forEach(this::elect);
    }

    private void drop(String node, String group, Set<String> touched) {
        Map<String, Long> claims = claimsOnGroup.get(group);
        if (claims != null) {
            claims.remove(node);
            touched.add(group);
        }
    }

    private void add(String node, ShardLed claim, Set<String> touched) {
        if (claimsOnGroup.size() < GROUPS_MAX || claimsOnGroup.containsKey(claim.getGroup())) {
            claimsOnGroup
                    .computeIfAbsent(claim.getGroup(), g -> new HashMap<>())
                    .put(node, claim.getTerm());
            touched.add(claim.getGroup());
        }
    }

    private void elect(String group) {
        Claim winner = null;
        for (Map.Entry<String, Long> claim :
                claimsOnGroup.getOrDefault(group, Map.of()).entrySet()) {
            if (winner == null
                    || claim.getValue() > winner.term()
                    || claim.getValue() == winner.term() && claim.getKey().compareTo(winner.node()) < 0) {
                winner = new Claim(claim.getKey(), claim.getValue());
            }
        }
        if (winner == null) {
            claimsOnGroup.remove(group);
            best.remove(group);
        } else {
            best.put(group, winner);
        }
    }
}
