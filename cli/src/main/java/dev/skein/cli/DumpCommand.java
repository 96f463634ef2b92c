package dev.skein.cli;

import dev.skein.client.BlockingClient;
import dev.skein.client.SkeinClient;
import dev.skein.client.admin.Admin;
import dev.skein.client.admin.ReplicaRow;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what one replica holds. */
@Command(name = "dump", description = "Prints a replica's own history of a shard.")
final class DumpCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(index = "0", paramLabel = "NAMESPACE/SHARD", description = "The shard, for example default/3.")
    private String shard = "";

    @Option(
            names = "--node-endpoint",
            paramLabel = "HOST:PORT",
            description = "Client address of the node to ask; default: the one attached to.")
    private @Nullable String endpoint;

    @Override
    public Integer call() {
        ShardArgument target = ShardArgument.parse(shard);
        Output output = cluster.output();
        try (SkeinClient client = cluster.connect()) {
            Admin admin = endpoint == null ? client.admin() : client.adminAt(endpoint);
            BlockingClient.await(
                    admin.dumpReplica(target.namespace(), target.number(), row -> output.print(json(row), text(row))));
        }
        return 0;
    }

    private static String text(ReplicaRow row) {
        return row.serial() == 0
                ? row.channel() + "  first serial " + row.firstSerial()
                : row.channel() + "  " + row.serial() + "  shard serial " + row.shardSerial() + "  " + row.time()
                        + "  crc " + Integer.toHexString(row.payloadCrc());
    }

    private static Map<String, Object> json(ReplicaRow row) {
        return Json.of(
                "channel", row.channel(),
                "epoch", row.epoch(),
                "serial", row.serial(),
                "shardSerial", row.shardSerial(),
                "messageId", row.messageId(),
                "producer", HexFormat.of().formatHex(row.producer().toByteArray()),
                "sequence", row.sequence(),
                "payloadCrc", Integer.toHexString(row.payloadCrc()),
                "firstSerial", row.firstSerial(),
                "time", row.time().toString(),
                "appliedIndex", row.appliedIndex());
    }
}
