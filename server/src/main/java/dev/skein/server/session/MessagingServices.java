package dev.skein.server.session;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.ByteBudget;
import dev.skein.core.TimeSource;
import dev.skein.replication.Replication;
import dev.skein.server.access.AccessControl;
import dev.skein.server.edge.EdgeDoor;
import dev.skein.server.edge.EdgeParts;
import dev.skein.server.edge.ServerApiCalls;
import dev.skein.server.fanout.Fanout;
import dev.skein.server.fanout.FanoutLimits;
import dev.skein.server.fanout.ReaderPool;
import dev.skein.server.fanout.Sources;
import dev.skein.server.locate.LeaderDirectory;
import dev.skein.server.locate.Neighbours;
import dev.skein.server.locate.PeerChannels;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loop.Loops;
import dev.skein.server.node.Admission;
import dev.skein.server.node.NodeCalls;
import dev.skein.server.presence.PresenceDesk;
import dev.skein.server.publish.NodeProposals;
import dev.skein.server.publish.PublishCheck;
import dev.skein.server.publish.PublishMetrics;
import dev.skein.server.publish.Publisher;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Everything between clients and replicas on one node: the composition of sessions, publishing and fan-out. Thread-safe. Owns its
 * reader threads and channels to other nodes; owns neither event loops, the servers its services are offered on, nor replication.
 */
public final class MessagingServices implements AutoCloseable {

    private static final int READERS = 2;

    private final Loops loops;
    private final ReaderPool readers;
    private final ShardMap shards = new ShardMap();
    private final PeerChannels channels;
    private final NodeProposals proposals;
    private final Sources sources;
    private final Fanout fanout;
    private final PresenceDesk presence;
    private final Sessions sessions;
    private final Publisher.Parts publishing;
    private final EdgeDoor door = new EdgeDoor();
    private final Parts parts;
    private final BindableService clientService;
    private final BindableService nodeService;

    /**
     * Starts the threads; serves as soon as its services are offered.
     *
     * @param threads event loops of the connections: sessions, tails and forward links run on them
     */
    public MessagingServices(Parts parts, EventLoopGroup threads) {
        this(parts, new Loops(threads), new ReaderPool(READERS));
    }

    /** On loops and readers that are given, and closed with this. */
    public MessagingServices(Parts parts, Loops loops, ReaderPool readers) {
        this.parts = parts;
        this.loops = loops;
        this.readers = readers;
        parts.replication.onControl(shards::update);
        var self = parts.self.node();
        channels = new PeerChannels(shards, parts.channelFactory);
        LeaderDirectory leaders = new LeaderDirectory(self, parts.replication, parts.neighbours, shards, parts.time);
        PublishMetrics metrics = new PublishMetrics(parts.metrics);
        proposals =
                new NodeProposals(self, parts.replication, shards, leaders, channels, loops.of(1), parts.time, metrics);
        publishing = new Publisher.Parts(
                new PublishCheck(shards), proposals, leaders, ByteBudget.ofHeap(), parts.time, parts.random, metrics);
        sources = new Sources(
                self, parts.replication, shards, parts.neighbours, channels, readers, loops.of(2), parts.time);
        fanout = new Fanout(
                parts.self.clusterId(),
                shards,
                sources,
                loops,
                parts.time,
                parts.random,
                parts.fanoutLimits,
                parts.metrics);
        presence = new PresenceDesk(self, parts.replication, leaders, channels, shards, loops, parts.time);
        sessions = new Sessions(parts.self, publishing, fanout, loops, parts.time, parts.random, parts.sessionLimits);
        clientService = new MessagingCalls(sessions, new UnaryCalls(shards, publishing, fanout.reads(), loops));
        Admission admission = new Admission(parts.self.clusterName(), parts.self.configHash());
        nodeService = new NodeCalls(parts.replication, shards, readers, loops, admission, door);
        parts.metrics.gauge("sessions.open", () -> sessions::count);
        parts.metrics.gauge("sessions.subscriptions", () -> sessions::subscriptions);
        parts.metrics.gauge("deliver.readsQueued", () -> readers::queued);
    }

    /** For the client port: Messaging. */
    public BindableService clientService() {
        return clientService;
    }

    /** For the client port: who is in a channel. */
    public BindableService presenceService() {
        return new PresenceCalls(new PresenceCalls.Parts(shards, fanout, presence, loops));
    }

    /** For the client port: what applications' servers ask of the edge. */
    public BindableService serverApi() {
        return new ServerApiCalls(door);
    }

    /** For the node-to-node port: NodeService. */
    public BindableService nodeService() {
        return nodeService;
    }

    /**
     * What a gateway of another protocol needs.
     *
     * @param access who may come in; empty: everybody
     * @param sessionsMax sessions it may have
     */
    public EdgeParts edge(Optional<AccessControl> access, int sessionsMax) {
        return new EdgeParts(
                parts.self.node().value(),
                door,
                channels,
                access,
                publishing.ofGateway(),
                fanout,
                presence,
                shards,
                loops,
                parts.time,
                parts.random,
                sessionsMax);
    }

    /** The sessions of this node. */
    public Sessions sessions() {
        return sessions;
    }

    /** Channels to other nodes, for calls that aren't messaging. */
    public PeerChannels peers() {
        return channels;
    }

    /**
     * Asks all clients to move and takes no new ones.
     *
     * @param spread how long the moving may take in all
     * @param endpoints client addresses to try first; may be empty
     */
    public void drain(Duration spread, List<String> endpoints) {
        sessions.drain(spread, endpoints);
    }

    /** Ends all sessions and stops. */
    @Override
    public void close() {
        sessions.close();
        presence.close();
        fanout.close();
        loops.close();
        sources.close();
        proposals.close();
        channels.close();
        readers.close();
    }

    /**
     * What messaging is made of.
     *
     * @param self who this node is
     * @param replication its replicas and the control state
     * @param neighbours what gossip knows of the other nodes
     * @param channelFactory makes a channel to another node's {@code host:port}, without connecting yet; closed with this
     * @param time the clocks
     * @param random spreads retries and slots
     * @param metrics where to count
     * @param sessionLimits limits of sessions
     * @param fanoutLimits limits of the fan-out
     */
    public record Parts(
            NodeIdentity self,
            Replication replication,
            Neighbours neighbours,
            Function<String, ManagedChannel> channelFactory,
            TimeSource time,
            RandomGenerator random,
            MetricRegistry metrics,
            SessionLimits sessionLimits,
            FanoutLimits fanoutLimits) {}
}
