package dev.skein.systemtests.rig;

import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.Lodging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the nodes of a cluster get of the machine. Made before the cluster starts and closed after it has ended. */
public final class Rig implements AutoCloseable {

    private static final Set<Need> WITH_DISKS =
            EnumSet.of(Need.DISKS, Need.FREEZING, Need.THROTTLING, Need.MEMORY_DISKS);

    private final @Nullable NodeDisks disks;
    private final @Nullable NodeClocks clocks;
    private final @Nullable NodeNetworks networks;

    private Rig(@Nullable NodeDisks disks, @Nullable NodeClocks clocks, @Nullable NodeNetworks networks) {
        this.disks = disks;
        this.clocks = clocks;
        this.networks = networks;
    }

    /** Makes what is needed for the cluster in this directory. */
    public static Rig of(Set<Need> needs, Path root, List<String> nodes) throws IOException {
        NodeClocks clocks = needs.contains(Need.CLOCKS) ? NodeClocks.create(root, nodes) : null;
        NodeNetworks networks = needs.contains(Need.NETWORKS) ? NodeNetworks.create(nodes) : null;
        try {
            return new Rig(disks(needs, root, nodes), clocks, networks);
        } catch (IOException | RuntimeException e) {
            if (networks != null) {
                networks.close();
            }
            throw e;
        }
    }

    private static @Nullable NodeDisks disks(Set<Need> needs, Path root, List<String> nodes) throws IOException {
        if (needs.stream().noneMatch(WITH_DISKS::contains)) {
            return null;
        }
        boolean inMemory = needs.contains(Need.MEMORY_DISKS);
        return NodeDisks.create(root, nodes, inMemory ? NodeDisks.Backing.MEMORY : NodeDisks.Backing.FILE);
    }

    /** Lets the plan's nodes live there. */
    public ClusterPlan applied(ClusterPlan plan) throws IOException {
        Map<String, Lodging> lodgings = new HashMap<>();
        for (String node : plan.nodes()) {
            lodgings.put(node, lodging(node));
        }
        return plan.withLaunch(plan.launch().withLodgings(lodgings));
    }

    private Lodging lodging(String node) throws IOException {
        return new Lodging(
                networks == null ? Lodging.PLAIN.host() : networks.host(node),
                networks == null ? Lodging.PLAIN.networkNamespace() : networks.namespace(node),
                clocks == null ? Map.of() : clocks.environment(node));
    }

    /** For faults of a scenario that said it needs them. */
    public NodeDisks disks() throws IOException {
        return there(disks, "disks");
    }

    /** The same. */
    public NodeClocks clocks() throws IOException {
        return there(clocks, "clocks");
    }

    /** The same. */
    public NodeNetworks networks() throws IOException {
        return there(networks, "networks");
    }

    private static <T> T there(@Nullable T part, String what) throws IOException {
        if (part == null) {
            throw new IOException("the nodes have no " + what + " of their own");
        }
        return part;
    }

    @Override
    public void close() throws IOException {
        if (clocks != null) {
            clocks.close();
        }
        if (disks != null) {
            disks.close();
        }
        if (networks != null) {
            networks.close();
        }
    }
}
