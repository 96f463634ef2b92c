package dev.skein.server.status;

import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.ShardPlacement;
import dev.skein.proto.admin.v1.ShardStatus;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.proto.gossip.v1.ReplicaSummary;
import dev.skein.router.RouterNode.MemberView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Turns a snapshot into the parts of a Status answer. */
final class StatusReport {

    private final Snapshot snapshot;
    private final List<String> regions;
    private final String controlGroup;

    StatusReport(Snapshot snapshot, List<String> regions, String controlGroup) {
        this.snapshot = snapshot;
        this.regions = regions;
        this.controlGroup = controlGroup;
    }

    List<NodeStatus> nodes() {
        return snapshot.nodeNames().stream().map(this::node).toList();
    }

    List<NamespaceStatus> namespaces(boolean everyShard) {
        return snapshot.control().getNamespacesList().stream()
                .map(namespace -> namespace(namespace, everyShard))
                .toList();
    }

    /** The control group, whose members are known only by their own words. */
    ShardStatus control(List<String> voters) {
        ShardPlacement placement = ShardPlacement.newBuilder()
                .addAllVoters(voters)
                .addAllLearners(snapshot.replicas(controlGroup).keySet().stream()
                        .filter(node -> !voters.contains(node))
                        .toList())
                .build();
        return shard(controlGroup, placement);
    }

    private NodeStatus node(String name) {
        NodeStatus.Builder status = NodeStatus.newBuilder()
                .setNode(name)
                .setRegion(snapshot.regionOf(name))
                .setZone(snapshot.zoneOf(name))
                .setState("unknown")
                .setDraining(snapshot.control().getDrainingList().contains(name));
        snapshot.node(name).ifPresent(node -> status.setEndpoint(node.getClientAddress()));
        snapshot.member(name).ifPresent(member -> describe(member, status));
        return status.build();
    }

    /** Shards led, without the control group. */
    static int shardsLed(MemberRecord record, String controlGroup) {
        return (int) record.getShardsLedList().stream()
                .filter(led -> !led.getGroup().equals(controlGroup))
                .count();
    }

    private void describe(MemberView member, NodeStatus.Builder status) {
        MemberRecord record = member.record();
        status.setState(member.state().name().toLowerCase(Locale.ROOT))
                .setEndpoint(record.getClientAddress())
                .setDraining(status.getDraining() || record.getDraining())
                .setQuarantined(record.getQuarantined())
                .setDisk(record.getDisk())
                .setShardsLed(shardsLed(record, controlGroup))
                .setReplicas(record.getReplicasCount())
                .setSessions(record.getSessions())
                .setIncarnation(record.getIncarnation())
                .setRssBytes(record.getRssBytes())
                .setScrub(record.getScrub())
                .setEdge(record.getEdgeAddress());
    }

    private NamespaceStatus namespace(Namespace namespace, boolean everyShard) {
        NamespaceSpec spec = namespace.getSpec();
        SurvivalForecast forecast = new SurvivalForecast(votersOf(namespace), regions);
        SurvivalForecast.Verdict verdict = forecast.verdict(spec.getSurvivalGoal(), spec.getHomeRegion());
        NamespaceStatus.Builder status = NamespaceStatus.newBuilder()
                .setName(spec.getName())
                .setSurvivalGoal(spec.getSurvivalGoal())
                .setFsync(spec.getFsync())
                .setHomeRegion(spec.getHomeRegion())
                .setShards(spec.getShards())
                .setGoalMet(verdict.met())
                .setGoalText(verdict.text())
                .addAllRegions(forecast.regions())
                .addAllZones(forecast.zones());
        addShards(namespace, everyShard, status);
        return status.build();
    }

    private void addShards(Namespace namespace, boolean everyShard, NamespaceStatus.Builder status) {
        int led = 0;
        int ledAtHome = 0;
        for (ShardPlacement placement : namespace.getPlacementsList()) {
            ShardStatus shard = shard(group(namespace, placement), placement);
            if (!shard.getLeader().isEmpty()) {
                led++;
                boolean atHome = snapshot.regionOf(shard.getLeader()).equals(status.getHomeRegion());
                ledAtHome += atHome ? 1 : 0;
            }
            boolean fenced = shard.getReplicasList().stream()
                    .anyMatch(replica -> !replica.getFenced().isEmpty());
            if (everyShard || shard.getLeader().isEmpty() || fenced) {
                status.addShardStatus(shard);
            }
        }
        status.setShardsLed(led).setShardsLedAtHome(ledAtHome);
    }

    private ShardStatus shard(String group, ShardPlacement placement) {
        ShardStatus.Builder status = ShardStatus.newBuilder().setShard(placement.getShard());
        Optional<Map.Entry<String, ReplicaSummary>> leader = snapshot.leader(group);
        leader.ifPresent(entry ->
                status.setLeader(entry.getKey()).setTerm(entry.getValue().getTerm()));
        replicas(group, placement).forEach((node, voter) -> status.addReplicas(snapshot.status(group, node, voter)));
        return status.build();
    }

    /** Where a shard has replicas, by the configuration in force or else by plan, and whether each votes. */
    private Map<String, Boolean> replicas(String group, ShardPlacement placement) {
        Map<String, Boolean> replicas = new LinkedHashMap<>();
        voters(group, placement).forEach(node -> replicas.put(node, true));
        placement.getLearnersList().forEach(node -> replicas.putIfAbsent(node, false));
        snapshot.replicas(group).keySet().forEach(node -> replicas.putIfAbsent(node, false));
        return replicas;
    }

    private List<String> voters(String group, ShardPlacement placement) {
        List<String> inForce = snapshot.leader(group)
                .map(leader -> List.copyOf(leader.getValue().getVotersList()))
                .orElse(List.of());
        return inForce.isEmpty() ? placement.getVotersList() : inForce;
    }

    private List<SurvivalForecast.Shard> votersOf(Namespace namespace) {
        List<SurvivalForecast.Shard> shards = new ArrayList<>();
        for (ShardPlacement placement : namespace.getPlacementsList()) {
            String group = group(namespace, placement);
            List<SurvivalForecast.Voter> voters = voters(group, placement).stream()
                    .map(node -> voter(group, node))
                    .toList();
            shards.add(new SurvivalForecast.Shard(placement.getShard(), voters));
        }
        return shards;
    }

    private SurvivalForecast.Voter voter(String group, String node) {
        return new SurvivalForecast.Voter(
                node, snapshot.regionOf(node), snapshot.zoneOf(node), snapshot.isSound(group, node));
    }

    private static String group(Namespace namespace, ShardPlacement placement) {
        return new ShardId(namespace.getSpec().getName(), placement.getShard()).group();
    }
}
