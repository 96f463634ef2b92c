package dev.skein.cli;

import dev.skein.client.BlockingClient;
import dev.skein.client.SkeinClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Hands a shard's leadership to a node. */
@Command(name = "transfer", description = "Hands a shard's leadership to a node.")
final class TransferCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(index = "0", paramLabel = "NAMESPACE/SHARD", description = "The shard, for example default/3.")
    private String shard = "";

    @Parameters(index = "1", paramLabel = "NODE", description = "A voter of the shard.")
    private String node = "";

    @Override
    public Integer call() {
        ShardArgument target = ShardArgument.parse(shard);
        try (SkeinClient client = cluster.connect()) {
            BlockingClient.await(client.admin().transferLeadership(target.namespace(), target.number(), node));
            cluster.output()
                    .print(
                            Json.of("namespace", target.namespace(), "shard", target.number(), "node", node),
                            shard + ": asked to hand its leadership to " + node);
        }
        return 0;
    }
}
