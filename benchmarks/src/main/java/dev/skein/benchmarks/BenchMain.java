package dev.skein.benchmarks;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.skein.benchmarks.report.BarChart;
import dev.skein.benchmarks.report.BenchReport;
import dev.skein.benchmarks.report.Ratio;
import dev.skein.benchmarks.report.ResultTable;
import dev.skein.benchmarks.report.Row;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.Durability;
import dev.skein.benchmarks.system.Target;
import dev.skein.benchmarks.system.Targets;
import dev.skein.benchmarks.workload.Settings;
import dev.skein.benchmarks.workload.Workloads;
import dev.skein.core.Checks;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command behind {@code scripts/bench}. Exit codes: 0 every row was measured, 1 one failed, 2 usage. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Measures Skein, and other systems beside it in the same run on the same machine: three servers of each as"
                    + " processes, three replicas, the load generator apart from them.",
            "",
            "A peer that is not installed gets a row that says so.",
            "",
            "Exit codes: 0 every row was measured, 1 one failed, 2 usage.",
            ""
        })
public final class BenchMain implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int USAGE = 2;

    @Option(
            names = "--workload",
            split = ",",
            paramLabel = "NAME",
            description = "Which workloads (throughput,latency).")
    private List<String> workloads = List.of("throughput", "latency");

    @Option(names = "--peers", split = ",", paramLabel = "NAME", description = "kafka, nats, or both (none).")
    private List<String> peers = List.of();

    @Option(names = "--without-skein", description = "Measure only the peers.")
    private boolean withoutSkein;

    @Option(
            names = "--durability",
            split = ",",
            paramLabel = "WORD",
            description =
                    "fsync (a quorum has fsynced before the acknowledgement), cache (page cache), or both (both).")
    private List<String> durabilities = List.of("fsync", "cache");

    @Option(names = "--repeat", paramLabel = "N", description = "Runs of which the median counts (${DEFAULT-VALUE}).")
    private int repeat = 3;

    @Option(names = "--seconds", paramLabel = "S", description = "Length of one run (10).")
    private @Nullable Integer seconds;

    @Option(names = "--warmup", paramLabel = "S", description = "Load before the first run, not measured (8).")
    private @Nullable Integer warmup;

    @Option(
            names = "--quick",
            description = "One shape a workload and short runs, unless said otherwise: shows that it works.")
    private boolean quick;

    @Option(
            names = "--payload",
            split = ",",
            paramLabel = "BYTES",
            description = "Payloads, instead of the workload's.")
    private List<Integer> payloads = List.of();

    @Option(names = "--shards", split = ",", paramLabel = "N", description = "Shards, instead of the workload's.")
    private List<Integer> shards = List.of();

    @Option(names = "--channels", split = ",", paramLabel = "N", description = "Channels, instead of the workload's.")
    private List<Integer> channels = List.of();

    @Option(
            names = "--subscribers",
            split = ",",
            paramLabel = "N",
            description = "Subscribers of fanout, instead of the workload's.")
    private List<Integer> subscribers = List.of();

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Messages a second of workloads with a fixed rate (${DEFAULT-VALUE}).")
    private int rate = 2_000;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            description = "Messages unacknowledged at most (0: 32 MiB of them, at most 100,000).")
    private int inFlight;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "Publishing clients when saturating (${DEFAULT-VALUE}).")
    private int clients = 1;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Connections that fanout's subscriptions share (${DEFAULT-VALUE}).")
    private int connections = 10;

    @Option(names = "--messages", paramLabel = "N", description = "Messages that catchup reads (2000000).")
    private @Nullable Integer messages;

    @Option(names = "--failures", paramLabel = "N", description = "Failures in one run of failover (${DEFAULT-VALUE}).")
    private int failures = 3;

    @Option(names = "--json", paramLabel = "FILE", description = "Results for programs.")
    private @Nullable Path json;

    @Option(names = "--chart", paramLabel = "FILE", description = "A picture, SVG.")
    private @Nullable Path chart;

    @Option(names = "--data", paramLabel = "DIR", description = "Where servers keep data (.skein/bench/TIME).")
    private @Nullable Path data;

    @Option(names = "--keep", description = "Leaves data and logs of the servers.")
    private boolean keep;

    @Option(
            names = "--skein-java-opt",
            paramLabel = "FLAG",
            description = "One more JVM flag for Skein's servers; repeatable.")
    private List<String> skeinJavaOptions = List.of();

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(commandLine(args).execute(args));
    }

    static CommandLine commandLine(String... args) {
        BenchMain main = new BenchMain();
        main.command = "scripts/bench " + String.join(" ", args);
        CommandLine commandLine = new CommandLine(main);
        commandLine.getCommandSpec().usageMessage().footer(workloadLines());
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            if (failure instanceof IllegalArgumentException || failure instanceof IOException) {
                System.err.println("bench: " + failure.getMessage());
                return failure instanceof IOException ? FAILED : USAGE;
            }
            throw failure;
        });
        return commandLine;
    }

    /** What each workload is about, for the help text. */
    private static String[] workloadLines() {
        List<String> lines = new ArrayList<>(List.of("", "Workloads:"));
        Workloads.all().forEach(each -> lines.add(String.format(Locale.ROOT, "  %-15s %s", each.name(), each.about())));
        return lines.toArray(String[]::new);
    }

    private String command = "";

    @Override
    public Integer call() throws IOException {
        BenchPlan plan = plan();
        quieten();
        Progress progress = timed();
        progress.say(Machine.describe());
        Bench bench = new Bench(plan, progress);
        List<Row> rows = bench.run();
        List<Ratio> ratios = new ArrayList<>(Ratio.of(rows, Targets.SKEIN, Durability.FSYNC_QUORUM.toString()));
        ratios.addAll(Ratio.within(rows));
        BenchReport report = new BenchReport(rows, ratios, Machine.describe(), command);
        System.out.print(ResultTable.of(report));
        if (json != null) {
            report.writeJson(json);
            System.out.println("json: " + json);
        }
        if (chart != null) {
            BarChart.write(report, chart);
            System.out.println("chart: " + chart);
        }
        return bench.anyFailed() ? FAILED : 0;
    }

    private BenchPlan plan() {
        Checks.check(repeat >= 1 && repeat <= 100, "repeat", repeat, "1 to 100");
        Checks.check(rate >= 1 && rate <= 1_000_000, "rate", rate, "1 to 1000000");
        Checks.check(inFlight >= 0 && inFlight <= 1_000_000, "in-flight", inFlight, "0 to 1000000");
        Checks.check(clients >= 1 && clients <= 64, "clients", clients, "1 to 64");
        Checks.check(connections >= 1 && connections <= 1_000, "connections", connections, "1 to 1000");
        Checks.check(failures >= 1 && failures <= 100, "failures", failures, "1 to 100");
        return new BenchPlan(
                workloads.stream().map(Workloads::named).toList(),
                targets(),
                durabilities.stream().map(BenchMain::durability).toList(),
                this::shapes,
                settings(),
                repeat,
                data == null ? freshDirectory() : data,
                keep);
    }

    private List<Target> targets() {
        Targets targets = new Targets(
                skeinJavaOptions, Path.of(System.getProperty("skein.bench.kafka", "benchmarks/target/kafka")));
        List<Target> wanted = new ArrayList<>();
        if (!withoutSkein) {
            wanted.add(targets.skein());
            wanted.addAll(targets.variants());
        }
        peers.forEach(peer -> wanted.add(targets.peer(peer)));
        wanted.addAll(targets.ceilings());
        return wanted;
    }

    private Settings settings() {
        int run = seconds == null ? (quick ? 3 : 10) : seconds;
        int warm = warmup == null ? (quick ? 3 : 8) : warmup;
        int read = messages == null ? (quick ? 100_000 : 2_000_000) : messages;
        Checks.check(run >= 1 && run <= 3_600, "seconds", run, "1 to 3600");
        Checks.check(warm >= 0 && warm <= 3_600, "warmup", warm, "0 to 3600");
        Checks.check(read >= 1 && read <= 100_000_000, "messages", read, "1 to 100000000");
        return new Settings(
                Duration.ofSeconds(run),
                Duration.ofSeconds(warm),
                rate,
                inFlight,
                clients,
                connections,
                read,
                failures);
    }

    /** The workload's own shapes, with what the user said in place of theirs. */
    private List<Shape> shapes(List<Shape> own) {
        List<Shape> shapes = new ArrayList<>();
        for (Shape shape : quick ? own.subList(0, 1) : own) {
            for (int payload : or(payloads, shape.payloadBytes())) {
                for (int shardCount : or(shards, shape.shards())) {
                    for (int channelCount : or(channels, shape.channels())) {
                        for (int subscriberCount :
                                shape.subscribers() == 0 ? List.of(0) : or(subscribers, shape.subscribers())) {
                            shapes.add(new Shape(payload, shardCount, channelCount, subscriberCount));
                        }
                    }
                }
            }
        }
        return shapes.stream().distinct().toList();
    }

    private static List<Integer> or(List<Integer> said, int own) {
        said.forEach(value -> Checks.check(value >= 1 && value <= 10_000_000, "shape", value, "1 to 10000000"));
        return said.isEmpty() ? List.of(own) : said;
    }

    private static Durability durability(String word) {
        return switch (word) {
            case "fsync" -> Durability.FSYNC_QUORUM;
            case "cache" -> Durability.PAGE_CACHE;
            default -> throw new IllegalArgumentException(Checks.text("durability", word, "fsync or cache"));
        };
    }

    /** The clients' own words would drown the progress. */
    private static void quieten() {
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            root.setLevel(Level.ERROR);
        }
    }

    private static Path freshDirectory() {
        String time =
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).format(LocalDateTime.now());
        return Path.of(".skein", "bench", time);
    }

    private static Progress timed() {
        long start = System.nanoTime();
        return line -> System.err.printf(Locale.ROOT, "%7.1f s  %s%n", (System.nanoTime() - start) / 1e9, line);
    }
}
