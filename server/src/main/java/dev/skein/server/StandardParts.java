package dev.skein.server;

import dev.skein.proto.error.v1.Error;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.replication.Replication;
import dev.skein.replication.ReplicationConfig;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.host.ReplicationNode;
import dev.skein.replication.nodelog.StorageRefusedException;
import dev.skein.replication.raft.RaftTiming;
import dev.skein.router.RouterConfig;
import dev.skein.router.RouterNode;
import dev.skein.router.RouterNodes;
import dev.skein.router.RouterSeams;
import dev.skein.router.gossip.SelfFacts;
import dev.skein.router.gossip.SelfIdentity;
import dev.skein.server.config.ClusterConfig;
import dev.skein.server.config.NodeConfig;
import dev.skein.server.config.NodeEntry;
import dev.skein.server.config.Timing.Election;
import dev.skein.wire.Errors;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The parts of a real node: here the configuration becomes theirs. */
final class StandardParts implements NodeParts {

    @Override
    public StartableReplication createReplication(NodeContext context, Consumer<StartException> failed) {
        ReplicationNode node = new ReplicationNode(replicationConfig(context, failed));
        return new StartableReplication() {
            @Override
            public Replication replication() {
                return node;
            }

            @Override
            public void start() {
                startReplication(node);
            }
        };
    }

    @Override
    public RouterNode createRouter(NodeContext context, Supplier<MemberRecord> self, Consumer<StartException> refused) {
        List<String> seeds =
                context.config().cluster().nodes().stream().map(NodeEntry::peer).toList();
        RouterConfig config = RouterConfig.of(identity(context.self()), seeds);
        ChannelCache channels = context.cleanup().add(new ChannelCache(context.channels()));
        RouterSeams seams = new RouterSeams(
                channels, context.time(), new Random(context.random().nextLong()), context.metrics());
        return RouterNodes.create(config, () -> facts(context.clusterId(), self.get()), new TwinWatch(refused), seams);
    }

    @Override
    public Messaging createMessaging(NodeContext context, Replication replication, RouterNode router) {
        return new RunningMessaging(context, replication, router);
    }

    private static void startReplication(ReplicationNode node) {
        try {
            node.start();
        } catch (StorageRefusedException refused) {
            throw new StartException(ExitCode.DATA_DIRECTORY_REFUSED, textOf(refused), refused);
        } catch (ReplicationException refused) {
            Error error = refused.error();
            throw new StartException(
                    ExitCode.BAD_CONFIGURATION,
                    "the cluster refuses this node: " + Errors.shortName(error.getReason()) + ": " + error.getText(),
                    refused);
        }
    }

    /** A cluster's id holds the hash of its part of the configuration, so an edited part looks like another cluster. */
    private static String textOf(StorageRefusedException refused) {
        String text = "node." + refused.getMessage();
        return refused.reason() == StorageRefusedException.Reason.OTHER_CLUSTER
                ? text + "; either it is another cluster's, or the cluster part of the configuration was edited since"
                : text;
    }

    private static ReplicationConfig replicationConfig(NodeContext context, Consumer<StartException> failed) {
        ClusterConfig cluster = context.config().cluster();
        NodeConfig node = context.config().node();
        String hash = cluster.hash();
        return new ReplicationConfig(
                context.clusterId(),
                hash,
                record(node.self(), hash),
                cluster.nodes().stream().map(founder -> record(founder, hash)).toList(),
                cluster.regions(),
                node.dataDirectory(),
                timing(cluster.timing().zone(), cluster.timing().heartbeatDivisor()),
                timing(cluster.timing().region(), cluster.timing().heartbeatDivisor()),
                (int) node.logSegmentBytes(),
                node.snapshotEntries(),
                node.snapshotBytes(),
                node.disk(),
                node.scrub(),
                context.channels(),
                context.loops()::current,
                context.metrics(),
                context.time(),
                new Random(context.random().nextLong()),
                reason -> failed.accept(new StartException(ExitCode.STORAGE_FAILED, reason)));
    }

    private static NodeRecord record(NodeEntry node, String hash) {
        return NodeRecord.newBuilder()
                .setNode(node.id().value())
                .setRegion(node.region())
                .setZone(node.zone())
                .setPeerAddress(node.peer())
                .setClientAddress(node.client())
                .setConfigHash(hash)
                .build();
    }

    private static RaftTiming timing(Election election, int heartbeatDivisor) {
        return new RaftTiming(
                (int) election.timeout().toMillis(), (int) election.spread().toMillis(), heartbeatDivisor);
    }

    private static SelfIdentity identity(NodeEntry self) {
        return new SelfIdentity(self.id().value(), self.region(), self.zone(), self.peer(), self.client(), false);
    }

    private static SelfFacts facts(String clusterId, MemberRecord self) {
        return new SelfFacts(
                clusterId,
                self.getLoadPercent(),
                self.getOverloaded(),
                self.getDraining(),
                self.getQuarantined(),
                self.getDisk(),
                self.getSessions(),
                self.getSessionsMax(),
                self.getTakesPerSecond(),
                self.getShedding(),
                self.getRssBytes(),
                self.getShardsLedList(),
                self.getReplicasList(),
                self.getEdgeAddress());
    }
}
