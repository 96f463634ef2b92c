package dev.skein.server.status;

import dev.skein.proto.admin.v1.ReplicaStatus;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.proto.gossip.v1.ReplicaSummary;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.router.RouterNode.MemberState;
import dev.skein.router.RouterNode.MemberView;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything that one answer is made from, taken at one moment and indexed. Immutable. */
final class Snapshot {

    /**
     * Entries a voter may be behind its leader and still count as caught up. Members' words are up to a second old, in which a busy
     * shard commits some hundreds of entries; a voter that has really fallen behind is behind by far more.
     */
    static final long CAUGHT_UP_ENTRIES = 4_096;

    private final ControlState control;
    private final Map<String, MemberView> members = new TreeMap<>();
    private final Map<String, NodeRecord> nodes = new TreeMap<>();
    private final Map<String, Map<String, ReplicaSummary>> replicasByGroup = new HashMap<>();

    /**
     * @param members gossip's view, in which this node's own record may be missing or old
     * @param self this node's own facts, newest
     */
    Snapshot(ControlState control, List<MemberView> members, MemberRecord self) {
        this.control = control;
        control.getNodesList().forEach(node -> nodes.put(node.getNode(), node));
        members.forEach(member -> this.members.put(member.record().getNode(), member));
        MemberView known = this.members.get(self.getNode());
        MemberRecord own = known == null
                ? self
                : self.toBuilder()
                        .setIncarnation(known.record().getIncarnation())
                        .build();
        this.members.put(self.getNode(), new MemberView(own, MemberState.ALIVE, 0));
        this.members.values().forEach(this::index);
    }

    ControlState control() {
        return control;
    }

    /** Members of gossip and nodes of the control group, by name; routers that serve nothing are left out. */
    List<String> nodeNames() {
        TreeMap<String, Boolean> names = new TreeMap<>();
        nodes.keySet().forEach(node -> names.put(node, true));
        members.values().stream()
                .filter(member -> !member.record().getRouterOnly())
                .forEach(member -> names.put(member.record().getNode(), true));
        return List.copyOf(names.keySet());
    }

    Optional<MemberView> member(String node) {
        return Optional.ofNullable(members.get(node));
    }

    Optional<NodeRecord> node(String node) {
        return Optional.ofNullable(nodes.get(node));
    }

    String regionOf(String node) {
        return node(node)
                .map(NodeRecord::getRegion)
                .or(() -> member(node).map(member -> member.record().getRegion()))
                .orElse("");
    }

    String zoneOf(String node) {
        return node(node)
                .map(NodeRecord::getZone)
                .or(() -> member(node).map(member -> member.record().getZone()))
                .orElse("");
    }

    /** The leader of a group: of all alive members that say they lead it the one with the highest term. */
    Optional<Map.Entry<String, ReplicaSummary>> leader(String group) {
        return replicas(group).entrySet().stream()
                .filter(entry -> entry.getValue().getRole().equals("leader"))
                .filter(entry -> !isGone(entry.getKey()))
                .max(Comparator.comparingLong(entry -> entry.getValue().getTerm()));
    }

    /** A group's replicas by node, as their nodes told last. */
    Map<String, ReplicaSummary> replicas(String group) {
        return replicasByGroup.getOrDefault(group, Map.of());
    }

    /**
     * Whether a voter can be counted on now. A replica that says that it only learns doesn't vote, whatever its leader says of its node: the
     * vote belongs to a storage that its node has lost.
     */
    boolean isSound(String group, String node) {
        MemberView member = members.get(node);
        ReplicaSummary replica = replicas(group).get(node);
        boolean takesPart = member != null
                && member.state() == MemberState.ALIVE
                && member.record().getQuarantined().isEmpty();
        return takesPart && replica != null && votes(replica) && isCaughtUp(group, replica);
    }

    ReplicaStatus status(String group, String node, boolean voter) {
        ReplicaSummary replica = replicas(group).get(node);
        ReplicaStatus.Builder status = ReplicaStatus.newBuilder().setNode(node).setVoter(voter);
        if (replica == null || isGone(node)) {
            return status.setRole("down").build();
        }
        return status.setRole(replica.getRole())
                .setLastIndex(replica.getLastIndex())
                .setAppliedIndex(replica.getAppliedIndex())
                .setCommittedIndex(replica.getCommittedIndex())
                .setDigest(replica.getDigest())
                .setLag(Math.max(0, committedAtLeader(group, replica) - replica.getAppliedIndex()))
                .setFenced(replica.getFenced())
                .build();
    }

    private static boolean votes(ReplicaSummary replica) {
        return replica.getFenced().isEmpty() && !replica.getRole().equals("learner");
    }

    private boolean isCaughtUp(String group, ReplicaSummary replica) {
        return committedAtLeader(group, replica) - replica.getLastIndex() <= CAUGHT_UP_ENTRIES;
    }

    private long committedAtLeader(String group, ReplicaSummary otherwise) {
        return leader(group).map(entry -> entry.getValue().getCommittedIndex()).orElse(otherwise.getCommittedIndex());
    }

    private boolean isGone(String node) {
        @Nullable MemberView member = members.get(node);
        return member == null || member.state() == MemberState.DEAD || member.state() == MemberState.LEFT;
    }

    private void index(MemberView member) {
        for (ReplicaSummary replica : member.record().getReplicasList()) {
            replicasByGroup
                    .computeIfAbsent(replica.getGroup(), group -> new TreeMap<>())
                    .put(member.record().getNode(), replica);
        }
    }
}
