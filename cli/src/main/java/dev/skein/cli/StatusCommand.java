package dev.skein.cli;

import dev.skein.client.BlockingClient;
import dev.skein.client.SkeinClient;
import dev.skein.client.admin.ClusterStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the cluster as one node knows it. */
@Command(name = "status", description = "Prints nodes and namespaces, and what each namespace would survive now.")
final class StatusCommand implements Callable<Integer> {

    private static final long MIB = 1 << 20;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--shards", description = "Print every shard.")
    private boolean shards;

    @Override
    public Integer call() {
        Output output = cluster.output();
        try (SkeinClient client = cluster.connect()) {
            ClusterStatus status = BlockingClient.await(client.admin().status(shards));
            if (output.json()) {
                output.print(json(status), "");
            } else {
                print(output, status);
            }
        }
        return 0;
    }

    private static void print(Output output, ClusterStatus status) {
        output.line("cluster " + status.clusterName() + " (" + status.clusterId() + "), as " + status.answeredBy()
                + " knows it");
        output.line("");
        nodes(status).lines().forEach(output::line);
        output.line("");
        namespaces(status).lines().forEach(output::line);
        for (ClusterStatus.NamespaceHealth namespace : status.namespaces()) {
            if (!namespace.goalText().isEmpty()) {
                output.line(namespace.name() + ": " + namespace.goalText());
            }
        }
        for (ClusterStatus.NamespaceHealth namespace : status.namespaces()) {
            if (!namespace.shardStatus().isEmpty()) {
                output.line("");
                shards(namespace).lines().forEach(output::line);
                fences(namespace).forEach(output::line);
            }
        }
    }

    private static Output.Table nodes(ClusterStatus status) {
        var table = new Output.Table(
                "NODE", "REGION", "ZONE", "STATE", "ENDPOINT", "LEADS", "REPLICAS", "SESSIONS", "RSS MiB", "NOTE");
        for (ClusterStatus.Node node : status.nodes()) {
            String note = !node.quarantined().isEmpty()
                    ? "quarantined: " + node.quarantined()
                    : !node.disk().isEmpty() ? "disk: " + node.disk() : node.draining() ? "draining" : node.scrub();
            table.row(
                    node.node(),
                    node.region(),
                    node.zone(),
                    node.state(),
                    node.endpoint(),
                    node.shardsLed(),
                    node.replicas(),
                    node.sessions(),
                    node.rssBytes() / MIB,
                    note);
        }
        return table;
    }

    private static Output.Table namespaces(ClusterStatus status) {
        var table = new Output.Table(
                "NAMESPACE",
                "GOAL",
                "MET",
                "SHARDS",
                "LED",
                "AT HOME",
                "HOME",
                "FSYNC",
                "SURVIVES",
                "WOULD NOT SURVIVE");
        for (ClusterStatus.NamespaceHealth namespace : status.namespaces()) {
            table.row(
                    namespace.name(),
                    namespace.survivalGoal(),
                    namespace.goalMet() ? "yes" : "NO",
                    namespace.shards(),
                    namespace.shardsLed(),
                    namespace.shardsLedAtHome(),
                    namespace.homeRegion(),
                    namespace.fsync(),
                    losses(namespace.regions(), true),
                    losses(namespace.regions(), false));
        }
        return table;
    }

    private static String losses(List<ClusterStatus.LossForecast> forecasts, boolean survives) {
        return forecasts.stream()
                .filter(loss -> loss.survives() == survives)
                .map(ClusterStatus.LossForecast::what)
                .collect(Collectors.joining(","));
    }

    private static Output.Table shards(ClusterStatus.NamespaceHealth namespace) {
        var table = new Output.Table("SHARD", "LEADER", "TERM", "REPLICAS");
        for (ClusterStatus.Shard shard : namespace.shardStatus()) {
            String replicas = shard.replicas().stream()
                    .map(replica -> replica.node() + "=" + replica.role() + "@" + replica.appliedIndex())
                    .collect(Collectors.joining(" "));
            String leader = shard.leader().isEmpty() ? "none" : shard.leader();
            table.row(namespace.name() + "/" + shard.shard(), leader, shard.term(), replicas);
        }
        return table;
    }

    private static List<String> fences(ClusterStatus.NamespaceHealth namespace) {
        return namespace.shardStatus().stream()
                .flatMap(shard -> shard.replicas().stream()
                        .filter(replica -> !replica.fenced().isEmpty())
                        .map(replica -> namespace.name() + "/" + shard.shard() + " is fenced on " + replica.node()
                                + ": " + replica.fenced()))
                .toList();
    }

    private static Map<String, Object> json(ClusterStatus status) {
        return Json.of(
                "clusterId", status.clusterId(),
                "clusterName", status.clusterName(),
                "answeredBy", status.answeredBy(),
                "nodes", status.nodes().stream().map(StatusCommand::node).toList(),
                "namespaces",
                        status.namespaces().stream()
                                .map(StatusCommand::namespace)
                                .toList(),
                "control", shard(status.control()));
    }

    private static Map<String, Object> node(ClusterStatus.Node node) {
        return Json.of(
                "node", node.node(),
                "region", node.region(),
                "zone", node.zone(),
                "endpoint", node.endpoint(),
                "state", node.state(),
                "draining", node.draining(),
                "quarantined", node.quarantined(),
                "shardsLed", node.shardsLed(),
                "replicas", node.replicas(),
                "sessions", node.sessions(),
                "incarnation", node.incarnation(),
                "rssBytes", node.rssBytes(),
                "disk", node.disk(),
                "scrub", node.scrub());
    }

    private static Map<String, Object> namespace(ClusterStatus.NamespaceHealth namespace) {
        return Json.of(
                "name", namespace.name(),
                "survivalGoal", namespace.survivalGoal().name(),
                "fsync", namespace.fsync().name(),
                "homeRegion", namespace.homeRegion(),
                "shards", namespace.shards(),
                "shardsLed", namespace.shardsLed(),
                "shardsLedAtHome", namespace.shardsLedAtHome(),
                "goalMet", namespace.goalMet(),
                "goalText", namespace.goalText(),
                "regions", namespace.regions().stream().map(StatusCommand::loss).toList(),
                "zones", namespace.zones().stream().map(StatusCommand::loss).toList(),
                "shardStatus",
                        namespace.shardStatus().stream()
                                .map(StatusCommand::shard)
                                .toList());
    }

    private static Map<String, Object> loss(ClusterStatus.LossForecast loss) {
        return Json.of("what", loss.what(), "survives", loss.survives(), "shardsLost", loss.shardsLost());
    }

    private static Map<String, Object> shard(ClusterStatus.Shard shard) {
        return Json.of(
                "shard", shard.shard(),
                "leader", shard.leader(),
                "term", shard.term(),
                "replicas",
                        shard.replicas().stream().map(StatusCommand::replica).toList());
    }

    private static Map<String, Object> replica(ClusterStatus.Replica replica) {
        return Json.of(
                "node", replica.node(),
                "voter", replica.voter(),
                "role", replica.role(),
                "lastIndex", replica.lastIndex(),
                "appliedIndex", replica.appliedIndex(),
                "committedIndex", replica.committedIndex(),
                "digest", Long.toHexString(replica.digest()),
                "lag", replica.lag(),
                "fenced", replica.fenced());
    }
}
