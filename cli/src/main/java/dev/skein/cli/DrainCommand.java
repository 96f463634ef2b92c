package dev.skein.cli;

import dev.skein.client.BlockingClient;
import dev.skein.client.SkeinClient;
import dev.skein.client.admin.Admin;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Drains a node, or takes it back. */
@Command(name = "drain", description = "Stops a node taking sessions and hands its leaderships away.")
final class DrainCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(index = "0", paramLabel = "NODE", description = "The node.")
    private String node = "";

    @Option(names = "--undo", description = "Take the drain back.")
    private boolean undo;

    @Override
    public Integer call() {
        try (SkeinClient client = cluster.connect()) {
            Admin admin = client.admin();
            Admin.DrainProgress progress = BlockingClient.await(undo ? admin.undoDrain(node) : admin.drain(node));
            cluster.output()
                    .print(
                            Json.of("node", node, "shardsLed", progress.shardsLed(), "sessions", progress.sessions()),
                            node + (undo ? " takes part again" : " is draining") + ": leads " + progress.shardsLed()
                                    + " shards, " + progress.sessions() + " sessions");
        }
        return 0;
    }
}
