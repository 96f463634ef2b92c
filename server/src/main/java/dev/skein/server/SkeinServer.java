package dev.skein.server;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.replication.Replication;
import dev.skein.router.RouterNode;
import dev.skein.server.access.KeyMint;
import dev.skein.server.admin.AdminService;
import dev.skein.server.admin.ControlPlane;
import dev.skein.server.admin.Forwarded;
import dev.skein.server.admin.LeadershipTransfer;
import dev.skein.server.admin.PeerConnections;
import dev.skein.server.admin.RemoteDrain;
import dev.skein.server.config.EdgeConfig;
import dev.skein.server.config.NodeEntry;
import dev.skein.server.config.SkeinConfig;
import dev.skein.server.console.Console;
import dev.skein.server.status.ClusterView;
import dev.skein.server.tls.NodeTransport;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of a cluster, running. Several may run in one JVM. The constructor is the composition root: it reads top to bottom in
 * the order in which things start; {@link #close()} takes them down in the opposite order.
 */
public final class SkeinServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SkeinServer.class);

    private static final long CLOCK_CHECK_MILLIS = 500;
    private static final long SAMPLE_MILLIS = 1_000;
    private static final long ISOLATION_CHECK_MILLIS = 250;
    private static final long DISK_CHECK_MILLIS = 100;
    /** Handing over takes a few round trips a shard; what isn't handed over by then is elected elsewhere. */
    private static final long DRAIN_MILLIS_MAX = 8_000;

    /** How long clients are kept out of a node that doesn't know the namespaces yet, so that it denies none that exists. */
    private static final Duration NAMESPACES_PATIENCE = Duration.ofSeconds(10);

    private final SkeinConfig config;
    private final NodeEntry self;
    private final Cleanup cleanup = new Cleanup();
    private final CompletableFuture<StartException> failed = new CompletableFuture<>();
    private final MetricRegistry metrics = new MetricRegistry();
    private final EventLoops loops;
    private final House house;
    private final Replication replication;
    private final RouterNode router;
    private final NodeParts.Messaging messaging;
    private final Draining draining;
    private final Shedder shedder;
    private final Optional<String> metricsAddress;
    private final Optional<String> edgeAddress;

    /**
     * Starts a node; returns when it serves clients. A new node waits for the founding nodes it needs, so several new nodes of one
     * JVM must be started on threads of their own.
     *
     * @throws StartException when it can't start
     */
    public static SkeinServer start(SkeinConfig config) {
        return start(config, new StandardParts(), TimeSource.system());
    }

    static SkeinServer start(SkeinConfig config, NodeParts parts, TimeSource time) {
        return new SkeinServer(config, parts, time);
    }

    private SkeinServer(SkeinConfig config, NodeParts parts, TimeSource time) {
        this.config = config;
        this.self = config.node().self();
        boolean started = false;
        try {
            loops = cleanup.add(new EventLoops(id().value(), config.node().eventLoopThreads()));
            house = cleanup.add(new House(id().value()));
            cleanup.add(ProcessMetrics.register(metrics, id()));
            PeerDirectory directory = new PeerDirectory(config.cluster());
            NodeTransport transport = cleanup.add(Transports.start(config, directory, time, metrics));
            NodeContext context = context(time, directory, transport);

            NodeParts.StartableReplication storage = parts.createReplication(context, failed::complete);
            replication = cleanup.add(storage.replication());
            replication.onControl(context.peers()::update);
            ClientAccess access = ClientAccess.start(config, time, replication, house);
            Load load = new Load(new LoopLag(loops.io()));
            NodeFacts facts = new NodeFacts(context, replication, load);
            router = cleanup.add(parts.createRouter(context, facts, failed::complete));
            messaging = cleanup.add(parts.createMessaging(context, replication, router));
            facts.countSessionsWith(messaging::sessions);

            HealthStatusManager health = new HealthStatusManager();
            health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
            draining = new Draining(
                    self.region(),
                    new Random(context.random().nextLong()),
                    replication,
                    router,
                    messaging,
                    facts,
                    health);
            shedder = new Shedder(context, facts, router, messaging);
            PeerConnections peers = cleanup.add(new PeerConnections(context.peers()::addressOf, context.channels()));
            ControlPlane control =
                    new ControlPlane(id(), replication, peers, router::leaderOf, house.timed(), time, context.random());
            ClusterView view = new ClusterView(id(), config.cluster(), context.clusterId(), replication, router, facts);
            ServerServiceDefinition admin = adminService(context, control, view, peers);

            house.every(SAMPLE_MILLIS, load::sample);
            house.every(Shedder.TURN_MILLIS, shedder);
            house.every(CLOCK_CHECK_MILLIS, new ClockWatch(time, metrics));
            house.every(ISOLATION_CHECK_MILLIS, isolationWatch(time));
            house.every(
                    DISK_CHECK_MILLIS, () -> draining.stalled(replication.disk().isStalled()));
            metrics.registerGauge("process.rss_bytes", load::rssBytes);
            metricsAddress = ProcessMetrics.serve(config.node().metrics(), metrics, replication, house, cleanup);

            List<ServerServiceDefinition> forPeers = transport.guarded(peerServices(admin));
            cleanup.add(GrpcPort.open("node.peer", self.peer(), forPeers, loops, transport::protectPeerPort));
            storage.start();
            Bootstrap bootstrap = new Bootstrap(config.cluster(), replication, control, house.timed());
            bootstrap.start();
            if (!bootstrap.await(NAMESPACES_PATIENCE)) {
                log.warn("serving before all configured namespaces are known: no word from the control group yet");
            }
            List<ServerServiceDefinition> forClients = access.guarded(clientServices(admin, health));
            cleanup.add(GrpcPort.open("node.client", self.client(), forClients, loops, port -> {
                transport.protectClientPort(port);
                access.count(port);
            }));
            edgeAddress = config.node().edge().map(edge -> openEdge(edge, access, view, time));
            edgeAddress.ifPresent(facts::edgeAt);
            router.start();
            health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
            started = true;
        } finally {
            if (!started) {
                cleanup.close();
            }
        }
    }

    /** Where clients reach this node. */
    public String clientAddress() {
        return self.client();
    }

    /** Where other nodes reach this node. */
    public String peerAddress() {
        return self.peer();
    }

    /** Where metrics are served, with the real port. */
    public Optional<String> metricsAddress() {
        return metricsAddress;
    }

    /** Where browsers and phones reach this node, with the real port. */
    public Optional<String> edgeAddress() {
        return edgeAddress;
    }

    /** The node's name. */
    public NodeId id() {
        return self.id();
    }

    /** Everything that is measured. */
    public MetricRegistry metrics() {
        return metrics;
    }

    /** Completes if the node must stop, with the reason: the cluster refuses it. */
    public CompletableFuture<StartException> failed() {
        return failed;
    }

    /** Hands leaderships and sessions over, for a few seconds at most, and stops. */
    @Override
    public void close() {
        draining.stopping();
        awaitHandedOver();
        cleanup.close();
    }

    /** Stops without handing anything over: for tests of failures. */
    public void closeAtOnce() {
        cleanup.close();
    }

    private NodeContext context(TimeSource time, PeerDirectory directory, NodeTransport transport) {
        return new NodeContext(
                config,
                config.cluster().id(),
                new ChannelFactory(loops, transport),
                loops,
                directory,
                time,
                new Random(),
                metrics,
                cleanup);
    }

    private String openEdge(EdgeConfig edge, ClientAccess access, ClusterView view, TimeSource time) {
        Console console = new Console(() -> view.status(true), router::members, metrics, time);
        house.every(Console.LOOK_MILLIS, console::look);
        return messaging.openEdge(edge, access.control(), console);
    }

    private IsolationWatch isolationWatch(TimeSource time) {
        String control = replication.controlReport().shard().group();
        return new IsolationWatch(self.region(), control, router, time, draining::isolated);
    }

    private ServerServiceDefinition adminService(
            NodeContext context, ControlPlane control, ClusterView view, PeerConnections peers) {
        LeadershipTransfer transfer = new LeadershipTransfer(id(), replication, peers, router::leaderOf);
        AdminService service = new AdminService(
                config.cluster().regions(),
                replication,
                control,
                view,
                transfer,
                new RemoteDrain(id(), draining, view, peers),
                new KeyMint(new SecureRandom(), context.time()),
                house.dumps());
        return ServerInterceptors.intercept(service, Forwarded.interceptor());
    }

    private List<ServerServiceDefinition> peerServices(ServerServiceDefinition admin) {
        List<ServerServiceDefinition> services = new ArrayList<>();
        replication.services().stream().map(BindableService::bindService).forEach(services::add);
        services.add(router.gossipService().bindService());
        services.add(messaging.nodeService().bindService());
        services.add(admin);
        return services;
    }

    @SuppressWarnings("deprecation") // many command-line tools still speak the alpha version of reflection
    private List<ServerServiceDefinition> clientServices(ServerServiceDefinition admin, HealthStatusManager health) {
        List<ServerServiceDefinition> services = new ArrayList<>();
        messaging.clientServices().stream().map(BindableService::bindService).forEach(services::add);
        services.add(router.routingService().bindService());
        services.add(admin);
        services.add(health.getHealthService().bindService());
        services.add(ProtoReflectionServiceV1.newInstance().bindService());
        services.add(
                io.grpc.protobuf.services.ProtoReflectionService.newInstance().bindService());
        return services;
    }

    private void awaitHandedOver() {
        long giveUpAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS_MAX);
        try {
            while ((replication.leaderships() > 0 || hasSessionsToGo()) && System.nanoTime() - giveUpAt < 0) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where nobody takes them, sessions end with the process. */
    private boolean hasSessionsToGo() {
        return messaging.sessions() > 0 && shedder.hasTakers();
    }
}
