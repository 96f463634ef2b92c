package dev.skein.systemtests.launch;

import dev.skein.core.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a node's process is run.
 *
 * @param mainClass called with {@code --config FILE}
 * @param heapMegabytes of the Java heap
 * @param moreJvmFlags appended to the launcher's own
 * @param nodeSettings further settings of every node's configuration, as they stand there
 * @param lodgings of those nodes that don't simply live on this machine
 */
public record NodeLaunch(
        String mainClass,
        int heapMegabytes,
        List<String> moreJvmFlags,
        Map<String, Object> nodeSettings,
        Map<String, Lodging> lodgings) {

    private static final String SERVER = "dev.skein.server.SkeinServerMain";
    private static final int HEAP_MEGABYTES = 160;

    public NodeLaunch {
        Checks.check(heapMegabytes >= 32 && heapMegabytes <= 65_536, "heap", heapMegabytes, "32 to 65536 MiB");
        moreJvmFlags = List.copyOf(moreJvmFlags);
        nodeSettings = Map.copyOf(nodeSettings);
        // A cluster's file may be of a time when there were none.
        lodgings = lodgings == null ? Map.of() : Map.copyOf(lodgings);
    }

    /** Many nodes on a small machine. */
    public static NodeLaunch small() {
        return new NodeLaunch(SERVER, HEAP_MEGABYTES, List.of(), Map.of(), Map.of());
    }

    public NodeLaunch withMain(String mainClass) {
        return new NodeLaunch(mainClass, heapMegabytes, moreJvmFlags, nodeSettings, lodgings);
    }

    public NodeLaunch withHeapMegabytes(int heapMegabytes) {
        return new NodeLaunch(mainClass, heapMegabytes, moreJvmFlags, nodeSettings, lodgings);
    }

    public NodeLaunch withMoreJvmFlags(List<String> flags) {
        return new NodeLaunch(mainClass, heapMegabytes, flags, nodeSettings, lodgings);
    }

    public NodeLaunch withNodeSettings(Map<String, Object> settings) {
        return new NodeLaunch(mainClass, heapMegabytes, moreJvmFlags, settings, lodgings);
    }

    public NodeLaunch withLodgings(Map<String, Lodging> lodgings) {
        return new NodeLaunch(mainClass, heapMegabytes, moreJvmFlags, nodeSettings, lodgings);
    }

    Lodging lodging(String node) {
        return lodgings.getOrDefault(node, Lodging.PLAIN);
    }

    /** Flags that keep a node small, and send its connections through the WAN emulator if it can reach that. */
    List<String> jvmFlags(NodeRecord node) {
        List<String> flags = new ArrayList<>(List.of(
                "-Xms" + Math.min(heapMegabytes, 48) + "m",
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-Xss512k",
                // Its sampling wakes every process twenty times a second.
                "-XX:-UsePerfData",
                // The optimising compiler would take most of both cores for the first minutes of nine nodes.
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxDirectMemorySize=64m",
                "-XX:ReservedCodeCacheSize=48m",
                "-XX:MaxMetaspaceSize=96m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true",
                "-Dio.netty.allocator.numDirectArenas=2",
                "-Dio.netty.allocator.numHeapArenas=1"));
        if (!lodging(node.id()).hasOwnNetwork()) {
            flags.addAll(JavaCommand.proxyFlags(node.proxyPort()));
        }
        flags.addAll(moreJvmFlags);
        return flags;
    }
}
