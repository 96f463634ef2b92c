package dev.skein.systemtests.launch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.core.Checks;
import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.systemtests.wan.Cut;
import dev.skein.systemtests.wan.WanEmulatorMain;
import dev.skein.systemtests.wan.WanRemote;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
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
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 100;
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
        Thread hook = new Thread(cluster::stopQuietly, "stop-cluster");
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
        OwnedProcess process = command.startDetached(log);
        ClusterState started = directory.update(now -> now.withEmulator(process, now.controlPort()));
        ProcessStarter.awaitReady("the WAN emulator", process, ready, START_TIMEOUT);
        progress.say("WAN emulator up, profile " + state.plan().wan());
        return started;
    }

    private void startNodes(List<NodeRecord> nodes) throws IOException {
        ProcessStarter starter = new ProcessStarter(directory, progress);
        starter.start(nodes, state().plan().launch(), START_TIMEOUT, this::remember);
    }

    private void remember(NodeRecord node, OwnedProcess process) {
        try {
            directory.update(now -> now.withNodes(List.of(node.id()), old -> old.withProcess(process)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("can't record " + node.id(), e);
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
        List<NodeRecord> nodes = place.in(state());
        OwnedProcess.signal("KILL", processes(nodes));
        awaitExit(nodes, STOP_TIMEOUT);
        directory.update(now -> now.withNodes(ids(nodes), node -> node.withProcess(OwnedProcess.NONE)));
    }

    /** Stops the place's processes with SIGSTOP; their sockets stay open and silent. */
    public void pause(PlaceName place) throws IOException {
        List<NodeRecord> nodes = place.in(state());
        OwnedProcess.signal("STOP", processes(nodes));
        directory.update(now -> now.withNodes(ids(nodes), node -> node.withPaused(true)));
    }

    /** Cuts every path between the place and the rest, clients included; bytes are held, nobody is told. */
    public void partition(PlaceName place) throws IOException {
        place.in(state());
        try (WanRemote wan = wan()) {
            wan.cut(Cut.off(place.name()));
        }
        directory.update(now -> {
            List<String> cut = new ArrayList<>(now.partitions());
            if (!cut.contains(place.name())) {
                cut.add(place.name());
            }
            return now.withPartitions(cut);
        });
    }

    /** Asks the place's nodes to hand over leaderships and sessions. */
    public void drain(PlaceName place) throws IOException {
        drain(place.in(state()), false);
    }

    private void drain(List<NodeRecord> nodes, boolean undo) throws IOException {
        for (NodeRecord node : nodes) {
            try (AdminCaller admin = new AdminCaller(node.client())) {
                var answer = admin.drain(undo);
                progress.say("  " + node.id() + (undo ? " takes part again" : " drains") + ": " + answer.getShardsLed()
                        + " shards led, " + answer.getSessions() + " sessions");
            } catch (StatusRuntimeException e) {
                throw new ClusterException(node.id() + " did not answer the drain request: " + e.getStatus());
            }
        }
        directory.update(now -> now.withNodes(ids(nodes), node -> node.withDraining(!undo)));
    }

    /**
     * Ends every outage of exactly this place: heals its partition, lets paused processes go on, starts dead ones, takes a drain
     * back.
     *
     * @return whether there was anything to restore
     */
    public boolean restore(PlaceName place) throws IOException {
        List<NodeRecord> nodes = place.in(state());
        boolean healed = heal(place);
        List<NodeRecord> paused = nodes.stream().filter(NodeRecord::paused).toList();
        OwnedProcess.signal("CONT", processes(paused));
        directory.update(now -> now.withNodes(ids(paused), node -> node.withPaused(false)));
        List<NodeRecord> draining =
                nodes.stream().filter(node -> node.draining() && node.isAlive()).toList();
        if (!draining.isEmpty()) {
            drain(draining, true);
        }
        List<NodeRecord> dead = nodes.stream().filter(node -> !node.isAlive()).toList();
        startNodes(dead);
        return healed || !paused.isEmpty() || !draining.isEmpty() || !dead.isEmpty();
    }

    private boolean heal(PlaceName place) throws IOException {
        boolean known = state().partitions().contains(place.name());
        if (known) {
            try (WanRemote wan = wan()) {
                wan.heal(Cut.off(place.name()));
            }
            directory.update(now -> now.withPartitions(now.partitions().stream()
                    .filter(name -> !name.equals(place.name()))
                    .toList()));
        }
        return known;
    }

    /**
     * The cluster's status, from the first node that answers; nodes in an outage are asked last.
     *
     * @throws ClusterException when none answers
     */
    public StatusResponse status(boolean shards) throws IOException {
        ClusterState state = state();
        List<NodeRecord> order = new ArrayList<>(
                state.nodes().stream().filter(NodeRecord::isServing).toList());
        order.sort(Comparator.comparing(state::isPartitioned));
        String last = "no node is up";
        for (NodeRecord node : order) {
            try (AdminCaller admin = new AdminCaller(node.client())) {
                return admin.status(shards);
            } catch (StatusRuntimeException e) {
                last = node.id() + ": " + e.getStatus();
            }
        }
        throw new ClusterException("no status: " + last);
    }

    /**
     * Waits until every planned namespace exists and every shard, and the control group, has a leader.
     *
     * @return how long that took
     * @throws ClusterException after the timeout, with what is missing
     */
    public Duration waitUntilAllLed(Duration timeout) throws IOException {
        long start = System.nanoTime();
        String missing = "no answer";
        while (true) {
            try {
                missing = missing(status(false));
            } catch (ClusterException e) {
                missing = String.valueOf(e.getMessage());
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            if (missing.isEmpty()) {
                return waited;
            }
            if (waited.compareTo(timeout) > 0) {
                throw new ClusterException("not every shard is led after " + timeout.toSeconds() + " s: " + missing);
            }
            sleep();
        }
    }

    private String missing(StatusResponse status) throws IOException {
        if (status.getControl().getLeader().isEmpty()) {
            return "the control group has no leader";
        }
        for (NamespacePlan plan : state().plan().namespaces()) {
            Optional<NamespaceStatus> found = status.getNamespacesList().stream()
                    .filter(namespace -> namespace.getName().equals(plan.name()))
                    .findFirst();
            if (found.isEmpty()) {
                return "namespace " + plan.name() + " does not exist yet";
            }
            if (found.get().getShardsLed() < found.get().getShards()) {
                return plan.name() + " has " + found.get().getShardsLed() + " of "
                        + found.get().getShards() + " shards led";
            }
        }
        return "";
    }

    /** Stops every process: SIGTERM, and SIGKILL for those that are still there after a while. */
    public void stop() throws IOException {
        ClusterState state = state();
        List<OwnedProcess> nodes = processes(state.nodes());
        OwnedProcess.signal("CONT", nodes);
        OwnedProcess.signal("TERM", nodes);
        awaitExit(state.nodes(), STOP_TIMEOUT);
        OwnedProcess.signal("TERM", List.of(state.emulator()));
        awaitExit(state.emulator(), "the WAN emulator", STOP_TIMEOUT);
        directory.update(now -> now.withNodes(ids(now.nodes()), node -> node.withProcess(OwnedProcess.NONE))
                .withEmulator(OwnedProcess.NONE, now.controlPort()));
    }

    private void awaitExit(List<NodeRecord> nodes, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (NodeRecord node : nodes) {
            awaitExit(node.process(), node.id(), Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }

    private void awaitExit(OwnedProcess process, String name, Duration timeout) throws IOException {
        try {
            if (!process.awaitExit(timeout)) {
                progress.say("  " + name + " did not stop in time and is killed");
                OwnedProcess.signal("KILL", List.of(process));
                process.awaitExit(STOP_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + name + " to stop", e);
        }
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

    private static List<OwnedProcess> processes(List<NodeRecord> nodes) {
        return nodes.stream().map(NodeRecord::process).toList();
    }

    private static List<String> ids(List<NodeRecord> nodes) {
        return nodes.stream().map(NodeRecord::id).toList();
    }

    private static void sleep() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for leaders", e);
        }
    }
}
