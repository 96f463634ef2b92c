package dev.skein.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replays recorded chat into a cluster. */
@Command(
        name = "replay",
        description = "Publishes recorded chat, faster or slower than it was said, and prints what became of it.")
final class ReplayCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(index = "0", paramLabel = "FILE", description = "TSV of ts_ms, channel, sender, text; may be gzipped.")
    private Path file = Path.of("");

    @Option(
            names = "--speed",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many times faster than it was said; 0: as fast as possible. Default 1.")
    private double speed;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "1",
            description = "Clients to publish with; a room always uses the same. Default 1.")
    private int clients;

    @Option(
            names = "--namespace",
            defaultValue = "default",
            description = "Namespace of the channels; default: default.")
    private String namespace = "";

    @Option(names = "--limit", paramLabel = "N", description = "End after this many messages.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--strict", description = "End at the first malformed line.")
    private boolean strict;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        check(speed >= 0 && !Double.isNaN(speed), "--speed", speed, "0 or more");
        check(clients >= 1 && clients <= 64, "--clients", clients, "1 to 64");
        check(limit >= 1, "--limit", limit, "1 or more");
        check(Files.isReadable(file), "FILE", file, "a readable file");
        PrintWriter err = spec.commandLine().getErr();
        Replay.Plan plan = new Replay.Plan(file, namespace, speed, limit, strict);
        Replay.Result result;
        try (Replay replay = new Replay(plan, cluster.builder(), clients, err)) {
            result = replay.run();
        }
        cluster.output().print(result.json(), result.table());
        return result.failed() > 0 || result.unknown() > 0 || (strict && result.malformed() > 0) ? SkeinCli.FAILED : 0;
    }

    private static void check(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
