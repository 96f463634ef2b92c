package dev.skein.benchmarks.workload;

import dev.skein.core.Checks;
import java.util.List;
import java.util.stream.Collectors;

/** All workloads. */
public final class Workloads {

    private static final List<Workload> ALL = List.of(
            Throughput.throughput(),
            new Latency(),
            Fanout.overConnections(),
            Fanout.overStreams(),
            Fanout.overSockets(),
            new Catchup(),
            Throughput.hotChannel(),
            new Channels(),
            Throughput.slowDisk(),
            new Overload(),
            new Regions(),
            Failover.killing(),
            Failover.stopping(),
            new Idle(),
            new IdleSockets(),
            new SocketOutage());

    private Workloads() {}

    /** In the order in which they are run. */
    public static List<Workload> all() {
        return ALL;
    }

    /** @throws IllegalArgumentException naming the known ones */
    public static Workload named(String name) {
        List<Workload> found =
                ALL.stream().filter(each -> each.name().equals(name)).toList();
        Checks.check(!found.isEmpty(), "workload", name, "one of " + names());
        return found.get(0);
    }

    private static String names() {
        return ALL.stream().map(Workload::name).collect(Collectors.joining(", "));
    }
}
