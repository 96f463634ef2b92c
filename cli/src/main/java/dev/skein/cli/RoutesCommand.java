package dev.skein.cli;

import dev.skein.client.Routes;
import dev.skein.client.SkeinClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints where this client would be sent. */
@Command(name = "routes", description = "Prints where this client would be sent, best first.")
final class RoutesCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() {
        try (SkeinClient client = cluster.connect()) {
            Routes routes = client.blocking().routes();
            var table = new Output.Table("REGION", "HEALTH", "RTT ms", "NODE", "ZONE", "ENDPOINT", "LOAD %", "NOTE");
            for (Routes.RegionRoute region : routes.regions()) {
                if (region.nodes().isEmpty()) {
                    table.row(region.region(), region.health(), rtt(region), "-", "-", "-", "-", "");
                }
                for (Routes.NodeRoute node : region.nodes()) {
                    table.row(
                            region.region(),
                            region.health(),
                            rtt(region),
                            node.node(),
                            node.zone(),
                            node.endpoint(),
                            node.loadPercent(),
                            node.draining() ? "draining" : "");
                }
            }
            cluster.output().print(json(routes), table);
        }
        return 0;
    }

    private static String rtt(Routes.RegionRoute region) {
        return region.rtt()
                .map(rtt -> String.format("%.1f", rtt.toNanos() / 1e6))
                .orElse("-");
    }

    private static Map<String, Object> json(Routes routes) {
        return Json.of(
                "clusterId", routes.clusterId(),
                "answeredBy", routes.answeredBy(),
                "regions", routes.regions().stream().map(RoutesCommand::region).toList());
    }

    private static Map<String, Object> region(Routes.RegionRoute region) {
        return Json.of(
                "region", region.region(),
                "health", region.health().name(),
                "rttMicros",
                        region.rtt()
                                .map(Duration::toNanos)
                                .map(nanos -> nanos / 1_000)
                                .orElse(null),
                "nodes", region.nodes().stream().map(RoutesCommand::node).toList());
    }

    private static Map<String, Object> node(Routes.NodeRoute node) {
        return Json.of(
                "node", node.node(),
                "zone", node.zone(),
                "endpoint", node.endpoint(),
                "loadPercent", node.loadPercent(),
                "draining", node.draining());
    }
}
