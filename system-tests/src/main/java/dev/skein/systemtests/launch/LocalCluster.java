package dev.skein.systemtests.launch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.core.Checks;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.systemtests.wan.WanEmulatorMain;
import dev.skein.systemtests.wan.WanRemote;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster of server processes and a WAN emulator on this machine. The state file is the truth: several handles, also in other
 * processes, may look at and change the same cluster. Methods block until what they say has happened. Thread-safe.
 */
public final class LocalCluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final List<String> EMULATOR_FLAGS = List.of(
            "-Xms32m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-Xss512k",
            "-XX:MaxDirectMemorySize=128m",
            "-XX:ReservedCodeCacheSize=32m",
            "-Dio.netty.allocator.numDirectArenas=1",
            "-Dio.netty.allocator.numHeapArenas=1");

    private final ClusterDirectory directory;
    private final Progress progress;
    private @Nullable Thread stopOnExit;
    private volatile boolean isEnding;

    private LocalCluster(Path data, Progress progress) {
        this.directory = new ClusterDirectory(data);
        this.progress = progress;
    }

    /**
     * Starts a cluster that ends when this handle is closed, at the latest with this process.
     *
     * @param data directory of configuration, logs and data; a stopped cluster of the same shape in it is started again
     * @throws IOException when a process does not start; what had started is stopped again
     */
    public static LocalCluster start(ClusterPlan plan, Path data, Progress progress) throws IOException {
        LocalCluster cluster = launch(plan, data, progress);
        Thread hook = new Thread(cluster::end, "stop-cluster");
        Runtime.getRuntime().addShutdownHook(hook);
        cluster.stopOnExit = hook;
        return cluster;
    }

    /** Starts a cluster that goes on after this process has ended; {@link #close} leaves it alone. */
    public static LocalCluster launch(ClusterPlan plan, Path data, Progress progress) throws IOException {
        LocalCluster cluster = new LocalCluster(data, progress);
        Optional<ClusterState> old = cluster.directory.read();
        if (old.isPresent() && old.get().isRunning()) {
            throw new ClusterException("a cluster is already running in " + cluster.directory.root()
                    + " (see: scripts/cluster status; stop it with: scripts/cluster down)");
        }
        cluster.prepare(plan, old);
        try {
            cluster.startProcesses();
        } catch (IOException | RuntimeException e) {
            cluster.stopQuietly();
            throw e;
        }
        return cluster;
    }

    /** A handle on a cluster that was started elsewhere. */
    public static LocalCluster attach(Path data, Progress progress) throws IOException {
        LocalCluster cluster = new LocalCluster(data, progress);
        cluster.directory.require();
        return cluster;
    }

    private void prepare(ClusterPlan plan, Optional<ClusterState> old) throws IOException {
        directory.create();
        ClusterState state;
        if (old.isPresent()) {
            checkSameShape(plan, old.get().plan());
            state = old.get().withPlan(plan).withPartitions(List.of());
            progress.say("starting the cluster found in " + directory.root());
        } else {
            state = Layout.assign(plan, new Random());
            progress.say("a new cluster in " + directory.root());
        }
        Layout.write(state, directory);
        directory.write(state);
    }

    private void checkSameShape(ClusterPlan plan, ClusterPlan old) {
        old.shape()
                .forEach((what, value) -> Checks.check(
                        value.equals(plan.shape().get(what)),
                        what,
                        plan.shape().get(what),
                        value + ", as the data in " + directory.root() + " has it; or another --data directory"));
    }

    private void startProcesses() throws IOException {
        ClusterState state = startEmulator();
        // One node of each region first: a quorum over regions forms early.
        List<NodeRecord> order = new ArrayList<>(state.nodes());
        order.sort(Comparator.comparing(NodeRecord::zone));
        progress.say("starting " + order.size() + " nodes");
        startNodes(order);
    }

    private ClusterState startEmulator() throws IOException {
        ClusterState state = state();
        Path log = directory.log("wan");
        JavaCommand command = new JavaCommand(
                EMULATOR_FLAGS,
                WanEmulatorMain.class.getName(),
                List.of("--plan", directory.wanPlan().toString(), "--control-port", "" + state.controlPort()));
        ReadyLine ready = new ReadyLine(log);
        OwnedProcess process = command.startDetached(log, Lodging.PLAIN);
        ClusterState started = directory.update(now -> now.withEmulator(process, now.controlPort()));
        ProcessStarter.awaitReady("the WAN emulator", process, ready, START_TIMEOUT);
        progress.say("WAN emulator up, profile " + state.plan().wan());
        return started;
    }

    private void startNodes(List<NodeRecord> nodes) throws IOException {
        if (isEnding) {
            throw new ClusterException("the cluster in " + directory.root() + " is about to end");
        }
        ProcessStarter starter = new ProcessStarter(directory, progress);
        starter.start(nodes, state().plan().launch(), START_TIMEOUT, this::remember);
    }

    private void remember(NodeRecord node, OwnedProcess process) {
        try {
            directory.update(now -> now.withNodes(List.of(node.id()), old -> old.withProcess(process)));
        } catch (IOException e) {
            throw new UncheckedIOException("can't record " + node.id(), e);
        }
    }

    /** What runs now. */
    public ClusterState state() throws IOException {
        return directory.require();
    }

    /** Where configuration, logs and data are. */
    public Path directory() {
        return directory.root();
    }

    /** A process's log; {@code wan} is the emulator's. */
    public Path log(String name) {
        return directory.log(name);
    }

    /** Addresses for clients, of one region. */
    public List<String> endpoints(String region) throws IOException {
        return PlaceName.region(region).in(state()).stream()
                .map(NodeRecord::client)
                .toList();
    }

    /** Addresses for clients, of every node. */
    public List<String> endpoints() throws IOException {
        return state().nodes().stream().map(NodeRecord::client).toList();
    }

    /** Addresses for browsers and phones, of one region. They are reached past the WAN emulator. */
    public List<String> edges(String region) throws IOException {
        return PlaceName.region(region).in(state()).stream()
                .map(NodeRecord::edge)
                .toList();
    }

    /** The HTTP CONNECT proxy through which clients of a region reach the nodes. */
    public InetSocketAddress clientProxy(String region) throws IOException {
        Integer port = state().clientProxies().get(region);
        Checks.check(port != null, "region", region, "one of " + state().plan().regions());
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** The emulator's control. */
    public WanRemote wan() throws IOException {
        return new WanRemote(state().controlPort());
    }

    /** The emulator's paths and cuts, as JSON. */
    public JsonNode wanPaths() throws IOException {
        try (WanRemote wan = wan()) {
            return wan.paths();
        }
    }

    /** Ends the place's processes with SIGKILL; their sockets are closed by the system. */
    public void kill(PlaceName place) throws IOException {
        outages().kill(place);
    }

    /** Stops the place's processes with SIGSTOP; their sockets stay open and silent. */
    public void pause(PlaceName place) throws IOException {
        outages().pause(place);
    }

    /** Cuts every path between the place and the rest, clients included; bytes are held, nobody is told. */
    public void partition(PlaceName place) throws IOException {
        outages().partition(place);
    }

    /** Asks the place's nodes to hand over leaderships and sessions. */
    public void drain(PlaceName place) throws IOException {
        outages().drain(place);
    }

    /**
     * Ends every outage of exactly this place: heals its partition, lets paused processes go on, starts dead ones, takes a drain
     * back.
     *
     * @return whether there was anything to restore
     */
    public boolean restore(PlaceName place) throws IOException {
        boolean wasOut = outages().lift(place);
        List<NodeRecord> dead =
                place.in(state()).stream().filter(node -> !node.isAlive()).toList();
        startNodes(dead);
        return wasOut || !dead.isEmpty();
    }

    /** Ends these nodes' processes with SIGKILL, all at the same moment. */
    public void killNodes(List<String> nodes) throws IOException {
        outages().kill(records(nodes));
    }

    /** Asks these nodes' processes to stop, and waits until they have; those that take too long are killed. */
    public void stopNodes(List<String> nodes) throws IOException {
        outages().stop(records(nodes));
    }

    /** Stops these nodes' processes with SIGSTOP, all at the same moment. */
    public void pauseNodes(List<String> nodes) throws IOException {
        outages().pause(records(nodes));
    }

    /** Lets paused nodes go on; others are left alone. */
    public void resumeNodes(List<String> nodes) throws IOException {
        outages().resume(records(nodes));
    }

    /** Starts those of these nodes that are dead, all together, and waits until each is ready. */
    public void startDead(List<String> nodes) throws IOException {
        startNodes(records(nodes).stream().filter(node -> !node.isAlive()).toList());
    }

    /** A node's data directory. Nothing may be changed in it while the node's process is alive. */
    public Path data(String node) {
        return directory.data(node);
    }

    private List<NodeRecord> records(List<String> nodes) throws IOException {
        return state().nodes().stream()
                .filter(node -> nodes.contains(node.id()))
                .toList();
    }

    private Outages outages() {
        return new Outages(directory, progress);
    }

    /**
     * The cluster's status, from the first node that answers; nodes in an outage are asked last.
     *
     * @throws ClusterException when none answers
     */
    public StatusResponse status(boolean shards) throws IOException {
        return new StatusPoll(directory).status(shards);
    }

    /** What one node says; empty when it does not answer. */
    public Optional<StatusResponse> statusOf(String node, boolean shards) throws IOException {
        for (NodeRecord record : records(List.of(node))) {
            if (record.isServing()) {
                try (AdminCaller admin = new AdminCaller(record.client())) {
                    return Optional.of(admin.status(shards));
                } catch (StatusRuntimeException e) {
                    LOG.debug("no status from {}: {}", node, e.getStatus());
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Waits until every planned namespace exists and every shard, and the control group, has a leader.
     *
     * @return how long that took
     * @throws ClusterException after the timeout, with what is missing
     */
    public Duration waitUntilAllLed(Duration timeout) throws IOException {
        return new StatusPoll(directory).waitUntilAllLed(timeout);
    }

    /**
     * Waits until every shard has a leader and every planned namespace would survive what it promises to survive: voters that were replaced
     * vote, and have caught up.
     *
     * @return how long that took
     * @throws ClusterException after the timeout, with what is missing
     */
    public Duration waitUntilWhole(Duration timeout) throws IOException {
        return new StatusPoll(directory).waitUntilWhole(timeout);
    }

    /** Stops every process: SIGTERM, and SIGKILL for those that are still there after a while. */
    public void stop() throws IOException {
        new ProcessStopper(progress).stop(state());
        directory.update(now -> now.withNodes(
                        now.nodes().stream().map(NodeRecord::id).toList(), node -> node.withProcess(OwnedProcess.NONE))
                .withEmulator(OwnedProcess.NONE, now.controlPort()));
    }

    /** With this process: threads that still run may want to start nodes again. */
    private void end() {
        isEnding = true;
        stopQuietly();
    }

    private void stopQuietly() {
        try {
            stop();
        } catch (IOException | RuntimeException e) {
            LOG.warn("could not stop the cluster in {}", directory.root(), e);
        }
    }

    /** Stops the cluster when this handle started it with {@link #start}. */
    @Override
    public void close() {
        Thread hook = stopOnExit;
        if (hook != null) {
            stopOnExit = null;
            stopQuietly();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
