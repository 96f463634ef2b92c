package dev.skein.client.internal.grpc;

import dev.skein.client.admin.ClusterStatus;
import dev.skein.client.admin.EdgeOptions;
import dev.skein.client.admin.FsyncMode;
import dev.skein.client.admin.Namespace;
import dev.skein.client.admin.NamespaceChange;
import dev.skein.client.admin.NamespaceSpec;
import dev.skein.client.admin.Presence;
import dev.skein.client.admin.ReplicaRow;
import dev.skein.client.admin.Retention;
import dev.skein.client.admin.SurvivalGoal;
import dev.skein.client.internal.core.Wire;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.LossForecast;
import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.ReplicaDump;
import dev.skein.proto.admin.v1.ReplicaStatus;
import dev.skein.proto.admin.v1.ShardStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Translates the admin values between the API and the wire. */
final class AdminValues {

    private AdminValues() {}

    static dev.skein.proto.admin.v1.NamespaceSpec spec(NamespaceSpec spec) {
        var wire = dev.skein.proto.admin.v1.NamespaceSpec.newBuilder()
                .setName(spec.name())
                .setShards(spec.shards())
                .setSurvivalGoal(goal(spec.survivalGoal()))
                .setHomeRegion(spec.homeRegion())
                .setVoters(spec.voters())
                .setFsync(fsync(spec.fsync()))
                .setRetention(retention(spec.retention()))
                .setDedupWindowMs(spec.dedupWindow().toMillis())
                .setMessageBytesMax(spec.messageBytesMax())
                .setPresence(presence(spec.presence()));
        if (!spec.edge().equals(EdgeOptions.defaults())) {
            wire.setEdge(EdgeValues.options(spec.edge()));
        }
        return wire.build();
    }

    static AlterNamespaceRequest change(NamespaceChange change) {
        AlterNamespaceRequest.Builder request =
                AlterNamespaceRequest.newBuilder().setName(change.name());
        change.survivalGoal().ifPresent(goal -> request.setSurvivalGoal(goal(goal)));
        change.homeRegion().ifPresent(request::setHomeRegion);
        change.fsync().ifPresent(mode -> request.setFsync(fsync(mode)));
        change.retention().ifPresent(retention -> request.setRetention(retention(retention)));
        change.dedupWindow().ifPresent(window -> request.setDedupWindowMs(window.toMillis()));
        change.messageBytesMax().ifPresent(request::setMessageBytesMax);
        change.presence().ifPresent(presence -> request.setPresence(presence(presence)));
        if (!change.edge().equals(EdgeOptions.defaults())) {
            request.setEdge(EdgeValues.options(change.edge()));
        }
        return request.build();
    }

    static Namespace namespace(dev.skein.proto.admin.v1.Namespace namespace) {
        var spec = namespace.getSpec();
        return new Namespace(
                new NamespaceSpec(
                        spec.getName(),
                        spec.getShards(),
                        goal(spec.getSurvivalGoal()),
                        spec.getHomeRegion(),
                        spec.getVoters(),
                        fsync(spec.getFsync()),
                        retention(spec.getRetention()),
                        Duration.ofMillis(spec.getDedupWindowMs()),
                        spec.getMessageBytesMax(),
                        presence(spec.getPresence()),
                        EdgeValues.options(spec.getEdge())),
                namespace.getVersion(),
                namespace.getEpoch(),
                namespace.getPlacementsList().stream()
                        .map(at -> new Namespace.Placement(at.getShard(), at.getVotersList(), at.getLearnersList()))
                        .toList());
    }

    static ClusterStatus status(StatusResponse status) {
        return new ClusterStatus(
                status.getClusterId(),
                status.getClusterName(),
                status.getAnsweredBy(),
                status.getNodesList().stream().map(AdminValues::node).toList(),
                status.getNamespacesList().stream().map(AdminValues::health).toList(),
                shard(status.getControl()));
    }

    static ReplicaRow row(ReplicaDump row) {
        return new ReplicaRow(
                row.getChannel(),
                row.getEpoch(),
                row.getSerial(),
                row.getShardSerial(),
                row.getMessageId(),
                Wire.payload(row.getProducer()),
                row.getSequence(),
                row.getPayloadCrc(),
                row.getFirstSerial(),
                Instant.ofEpochMilli(row.getTimeMs()),
                row.getAppliedIndex());
    }

    private static ClusterStatus.Node node(NodeStatus node) {
        return new ClusterStatus.Node(
                node.getNode(),
                node.getRegion(),
                node.getZone(),
                node.getEndpoint(),
                node.getState(),
                node.getDraining(),
                node.getQuarantined(),
                node.getShardsLed(),
                node.getReplicas(),
                node.getSessions(),
                node.getIncarnation(),
                node.getRssBytes(),
                node.getDisk(),
                node.getScrub());
    }

    private static ClusterStatus.NamespaceHealth health(NamespaceStatus namespace) {
        return new ClusterStatus.NamespaceHealth(
                namespace.getName(),
                goal(namespace.getSurvivalGoal()),
                fsync(namespace.getFsync()),
                namespace.getHomeRegion(),
                namespace.getShards(),
                namespace.getShardsLed(),
                namespace.getShardsLedAtHome(),
                namespace.getGoalMet(),
                namespace.getGoalText(),
                forecasts(namespace.getRegionsList()),
                forecasts(namespace.getZonesList()),
                namespace.getShardStatusList().stream().map(AdminValues::shard).toList());
    }

    private static List<ClusterStatus.LossForecast> forecasts(List<LossForecast> forecasts) {
        return forecasts.stream()
                .map(loss -> new ClusterStatus.LossForecast(loss.getWhat(), loss.getSurvives(), loss.getShardsLost()))
                .toList();
    }

    private static ClusterStatus.Shard shard(ShardStatus shard) {
        return new ClusterStatus.Shard(
                shard.getShard(),
                shard.getLeader(),
                shard.getTerm(),
                shard.getReplicasList().stream().map(AdminValues::replica).toList());
    }

    private static ClusterStatus.Replica replica(ReplicaStatus replica) {
        return new ClusterStatus.Replica(
                replica.getNode(),
                replica.getVoter(),
                replica.getRole(),
                replica.getLastIndex(),
                replica.getAppliedIndex(),
                replica.getCommittedIndex(),
                replica.getDigest(),
                replica.getLag(),
                replica.getFenced());
    }

    private static dev.skein.proto.admin.v1.Presence presence(Presence presence) {
        return dev.skein.proto.admin.v1.Presence.newBuilder()
                .setEnabled(presence.enabled())
                .setLeaseMs(presence.lease().toMillis())
                .setMembersMax(presence.membersMax())
                .setJoinLeave(presence.joinLeave())
                .setForceJoinLeave(presence.forceJoinLeave())
                .build();
    }

    private static Presence presence(dev.skein.proto.admin.v1.Presence presence) {
        return new Presence(
                presence.getEnabled(),
                Duration.ofMillis(presence.getLeaseMs()),
                presence.getMembersMax(),
                presence.getJoinLeave(),
                presence.getForceJoinLeave());
    }

    private static dev.skein.proto.admin.v1.Retention retention(Retention retention) {
        return dev.skein.proto.admin.v1.Retention.newBuilder()
                .setAgeMs(retention.age().toMillis())
                .setBytesPerChannel(retention.bytesPerChannel())
                .setMessagesPerChannel(retention.messagesPerChannel())
                .build();
    }

    private static Retention retention(dev.skein.proto.admin.v1.Retention retention) {
        return new Retention(
                Duration.ofMillis(retention.getAgeMs()),
                retention.getBytesPerChannel(),
                retention.getMessagesPerChannel());
    }

    private static dev.skein.proto.admin.v1.SurvivalGoal goal(SurvivalGoal goal) {
        return switch (goal) {
            case ZONE -> dev.skein.proto.admin.v1.SurvivalGoal.SURVIVAL_GOAL_ZONE;
            case REGION -> dev.skein.proto.admin.v1.SurvivalGoal.SURVIVAL_GOAL_REGION;
            case DEFAULT -> dev.skein.proto.admin.v1.SurvivalGoal.SURVIVAL_GOAL_UNSPECIFIED;
        };
    }

    private static SurvivalGoal goal(dev.skein.proto.admin.v1.SurvivalGoal goal) {
        return switch (goal) {
            case SURVIVAL_GOAL_ZONE -> SurvivalGoal.ZONE;
            case SURVIVAL_GOAL_REGION -> SurvivalGoal.REGION;
            default -> SurvivalGoal.DEFAULT;
        };
    }

    private static dev.skein.proto.admin.v1.FsyncMode fsync(FsyncMode mode) {
        return switch (mode) {
            case ALWAYS -> dev.skein.proto.admin.v1.FsyncMode.FSYNC_MODE_ALWAYS;
            case INTERVAL -> dev.skein.proto.admin.v1.FsyncMode.FSYNC_MODE_INTERVAL;
            case DEFAULT -> dev.skein.proto.admin.v1.FsyncMode.FSYNC_MODE_UNSPECIFIED;
        };
    }

    private static FsyncMode fsync(dev.skein.proto.admin.v1.FsyncMode mode) {
        return switch (mode) {
            case FSYNC_MODE_ALWAYS -> FsyncMode.ALWAYS;
            case FSYNC_MODE_INTERVAL -> FsyncMode.INTERVAL;
            default -> FsyncMode.DEFAULT;
        };
    }
}
