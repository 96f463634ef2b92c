package dev.skein.systemtests.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network namespace for each node, with one cable each to a bridge. Addresses are of a part of the loopback range that only goes over the
 * bridge, so that nodes may go without TLS; nobody outside this machine can be meant by them. A cable that is pulled drops packets and
 * tells nobody.
 *
 * <p>Thread-safe. Taken down by removing the namespaces and the bridge, by name.
 */
public final class NodeNetworks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeNetworks.class);
    private static final int NODES_MAX = 200;
    private static final int BRIDGE_HOST = 254;

    private record Cable(String namespace, String device, String host) {}

    private final String bridge = "sk" + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
    private final String subnet = "127.77." + (1 + ProcessHandle.current().pid() % 250) + ".";
    private final Map<String, Cable> cables = new LinkedHashMap<>();
    private @Nullable Thread closeOnExit;

    private NodeNetworks() {}

    static NodeNetworks create(List<String> nodes) throws IOException {
        if (nodes.size() > NODES_MAX) {
            throw new IOException(
                    nodes.size() + " nodes (expected: at most " + NODES_MAX + " with networks of their own)");
        }
        NodeNetworks made = new NodeNetworks();
        Thread hook = new Thread(made::removeAll, "remove-networks");
        Runtime.getRuntime().addShutdownHook(hook);
        made.closeOnExit = hook;
        try {
            made.addBridge();
            for (String node : nodes) {
                made.add(node);
            }
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private synchronized void addBridge() throws IOException {
        Tool.run("ip", "link", "add", "name", bridge, "type", "bridge");
        Files.writeString(Path.of("/proc/sys/net/ipv4/conf", bridge, "route_localnet"), "1");
        Tool.run("ip", "address", "add", subnet + BRIDGE_HOST + "/24", "dev", bridge);
        Tool.run("ip", "link", "set", bridge, "up");
        // More exact than the route that keeps loopback addresses on the loopback device.
        Tool.run(command(
                "ip route add " + subnet + "0/24 dev " + bridge + " src " + subnet + BRIDGE_HOST + " table local"));
    }

    private synchronized void add(String node) throws IOException {
        int number = cables.size() + 1;
        Cable cable = new Cable(bridge + "-" + node, bridge + "v" + number, subnet + number);
        cables.put(node, cable);
        String space = cable.namespace();
        Tool.run("ip", "netns", "add", space);
        Tool.run(command("ip link add " + cable.device() + " type veth peer name eth0 netns " + space));
        Tool.run("ip", "link", "set", cable.device(), "master", bridge, "up");
        Tool.run(command("ip -n " + space + " address add " + cable.host() + "/24 dev eth0"));
        Tool.run("ip", "netns", "exec", space, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/eth0/route_localnet");
        Tool.run("ip", "-n", space, "link", "set", "lo", "up");
        Tool.run(command("ip -n " + space + " route del local 127.0.0.0/8 dev lo table local"));
        Tool.run("ip", "-n", space, "link", "set", "eth0", "up");
    }

    private static List<String> command(String words) {
        return List.of(words.split(" "));
    }

    private Cable cable(String node) throws IOException {
        Cable cable = cables.get(node);
        if (cable == null) {
            throw new IOException(node + " has no network of its own");
        }
        return cable;
    }

    synchronized String host(String node) throws IOException {
        return cable(node).host();
    }

    synchronized String namespace(String node) throws IOException {
        return cable(node).namespace();
    }

    /** Pulls the nodes' cables. */
    public synchronized void unplug(List<String> nodes) throws IOException {
        for (String node : nodes) {
            Tool.run("ip", "link", "set", cable(node).device(), "down");
        }
    }

    /** Plugs them in again. */
    public synchronized void plug(List<String> nodes) throws IOException {
        for (String node : nodes) {
            Tool.run("ip", "link", "set", cable(node).device(), "up");
        }
    }

    private synchronized void removeAll() {
        List<List<String>> commands = new ArrayList<>();
        cables.values().forEach(cable -> commands.add(command("ip netns delete " + cable.namespace())));
        cables.values().forEach(cable -> commands.add(command("ip link delete " + cable.device())));
        commands.add(command("ip link delete " + bridge));
        cables.clear();
        for (List<String> each : commands) {
            try {
                Tool.run(each);
            } catch (IOException e) {
                // A cable goes with its namespace, when that has no process left.
                LOG.debug("{}: {}", each, e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        removeAll();
        Thread hook = closeOnExit;
        if (hook != null) {
            closeOnExit = null;
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /** Why there can be none here, found out by trying; empty: there can. */
    static Optional<String> whyNot() {
        Optional<String> missing = Tool.missing("ip", "nsenter");
        if (missing.isPresent()) {
            return missing;
        }
        try (NodeNetworks trial = create(List.of("trial"))) {
            trial.unplug(List.of("trial"));
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of("no network namespaces: " + refused.getMessage());
        }
    }
}
