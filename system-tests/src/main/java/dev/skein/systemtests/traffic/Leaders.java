package dev.skein.systemtests.traffic;

import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.ReplicaStatus;
import dev.skein.proto.admin.v1.ShardStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a status answer says about leaders and replicas. Immutable. */
public final class Leaders {

    private final StatusResponse status;
    private final Map<String, String> regionByNode = new HashMap<>();

    /** @param status with every shard */
    public Leaders(StatusResponse status) {
        this.status = status;
        status.getNodesList().forEach(node -> regionByNode.put(node.getNode(), node.getRegion()));
    }

    public int led(String region) {
        return (int) shards().filter(shard -> region.equals(regionByNode.get(shard.getLeader())))
                .count();
    }

    /** Nodes that lead a shard. */
    public Set<String> leadingNodes() {
        return shards().map(ShardStatus::getLeader)
                .filter(leader -> !leader.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The region that leads most shards; the first of these in the given order. */
    public String busiest(List<String> regions) {
        return regions.stream()
                .max(Comparator.comparingInt(this::led)
                        .thenComparing(Comparator.comparingInt(regions::indexOf).reversed()))
                .orElseThrow();
    }

    /** The region in which a shard is led; empty when it has no leader. */
    public String regionOf(String namespace, int shard) {
        return namespaces(namespace)
                .flatMap(found -> found.getShardStatusList().stream())
                .filter(found -> found.getShard() == shard)
                .map(found -> regionByNode.getOrDefault(found.getLeader(), ""))
                .findFirst()
                .orElse("");
    }

    public boolean allAtHome() {
        return status.getNamespacesList().stream()
                .allMatch(namespace -> namespace.getShardsLedAtHome() == namespace.getShards());
    }

    /** Nodes whose replicas of the shard vote. */
    public List<String> voters(String namespace, int shard) {
        return namespaces(namespace)
                .flatMap(found -> found.getShardStatusList().stream())
                .filter(found -> found.getShard() == shard)
                .flatMap(found -> found.getReplicasList().stream())
                .filter(ReplicaStatus::getVoter)
                .map(ReplicaStatus::getNode)
                .toList();
    }

    /** Nodes that hold a replica of the shard. */
    public List<String> holders(String namespace, int shard) {
        return namespaces(namespace)
                .flatMap(found -> found.getShardStatusList().stream())
                .filter(found -> found.getShard() == shard)
                .flatMap(found -> found.getReplicasList().stream())
                .map(ReplicaStatus::getNode)
                .toList();
    }

    /** Why some replica is not where the others are, or empty. */
    public Optional<String> behind() {
        for (NamespaceStatus namespace : status.getNamespacesList()) {
            for (ShardStatus shard : namespace.getShardStatusList()) {
                Optional<String> reason = behind(shard);
                if (reason.isPresent()) {
                    return Optional.of(namespace.getName() + "/" + shard.getShard() + ": " + reason.get());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> behind(ShardStatus shard) {
        List<ReplicaStatus> replicas = new ArrayList<>(shard.getReplicasList());
        for (ReplicaStatus replica : replicas) {
            if (!replica.getFenced().isEmpty()) {
                return Optional.of(replica.getNode() + " is fenced: " + replica.getFenced());
            }
        }
        long most = replicas.stream()
                .mapToLong(ReplicaStatus::getAppliedIndex)
                .max()
                .orElse(0);
        return replicas.stream()
                .filter(replica -> replica.getAppliedIndex() < most)
                .map(replica -> replica.getNode() + " has applied " + replica.getAppliedIndex() + " of " + most)
                .findFirst();
    }

    private Stream<NamespaceStatus> namespaces(String name) {
        return status.getNamespacesList().stream()
                .filter(namespace -> namespace.getName().equals(name));
    }

    private Stream<ShardStatus> shards() {
        return status.getNamespacesList().stream().flatMap(namespace -> namespace.getShardStatusList().stream());
    }
}
