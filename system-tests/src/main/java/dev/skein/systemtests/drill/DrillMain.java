package dev.skein.systemtests.drill;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.skein.systemtests.check.Checkers;
import dev.skein.systemtests.launch.Progress;
import dev.skein.systemtests.report.DrillReport;
import dev.skein.systemtests.report.TimelinePicture;
import dev.skein.systemtests.report.VerdictTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command behind {@code scripts/drill}. Exit codes: 0 every promise kept, 1 a promise broke or the drill failed, 2 usage, 3 the cluster
 * did not start.
 */
@Command(
        name = "drill",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Proves the guarantees on a cluster of real processes on this machine: publishes from clients in every region, with"
                    + " full subscribers in every region, takes the busiest home region out mid-stream, restores it, retries"
                    + " publishes in flight in another region, and checks every promise from what clients, histories and"
                    + " replicas show.",
            "",
            "Exit codes: 0 every promise kept, 1 a promise broke or the drill failed, 2 usage, 3 the cluster did not start.",
            ""
        })
public final class DrillMain implements Callable<Integer> {

    private static final int BROKEN = 1;
    private static final int USAGE = 2;
    private static final int NOT_STARTED = 3;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "Recorded chat, .tsv or .tsv.gz (default: generated).")
    private @Nullable Path input;

    @Option(
            names = "--outage-mode",
            paramLabel = "MODE",
            description = "kill, pause, partition or drain (${DEFAULT-VALUE}).")
    private String mode = "kill";

    @Option(
            names = "--wan",
            paramLabel = "PROFILE",
            description = "none, close, atlantic or global (${DEFAULT-VALUE}).")
    private String wan = "global";

    @Option(names = "--rounds", paramLabel = "N", description = "Outages (${DEFAULT-VALUE}).")
    private int rounds = 1;

    @Option(names = "--report", paramLabel = "FILE", description = "Report as JSON (default: in the run's directory).")
    private @Nullable Path report;

    @Option(names = "--picture", paramLabel = "FILE", description = "Timeline as SVG (default: beside the report).")
    private @Nullable Path picture;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "Chat messages a second, besides the probes (default: 150, or what lets the input last as long"
                            + " as the rounds, at most 500).")
    private int rate;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "Chat messages: at most that many of the input, at least that many generated ones"
                    + " (0: all of the input, or as many as the rounds take).")
    private int messages;

    @Option(
            names = "--outage-seconds",
            paramLabel = "N",
            description = "How long the region is out (${DEFAULT-VALUE}).")
    private int outageSeconds = 12;

    @Option(
            names = "--silence-ms",
            paramLabel = "N",
            description = "How long the region can't be heard by others before it is lost (${DEFAULT-VALUE}).")
    private int silenceMillis;

    @Option(names = "--regions", split = ",", paramLabel = "NAME", description = "In order of preference (us,eu,ap).")
    private List<String> regions = List.of("us", "eu", "ap");

    @Option(names = "--zones", paramLabel = "N", description = "Zones a region, one node each (${DEFAULT-VALUE}).")
    private int zones = 1;

    @Option(names = "--shards", paramLabel = "N", description = "Shards of all namespaces (${DEFAULT-VALUE}).")
    private int shards = 12;

    @Option(names = "--seed", paramLabel = "N", description = "Of everything random (default: from the clock).")
    private @Nullable Long seed;

    @Option(
            names = "--publish-gap-max-ms",
            paramLabel = "N",
            description = "Bound of the surviving regions' publish gap, p99 (default: 3000; of a drain: 500).")
    private @Nullable Long publishGapMax;

    @Option(
            names = "--reattach-max-ms",
            paramLabel = "N",
            description = "Bound of the lost region's clients' way to another node, p99 (${DEFAULT-VALUE}).")
    private long reattachMax = 5_000;

    @Option(
            names = "--latency-seconds",
            paramLabel = "N",
            description = "Measures sparse delivery that long before the traffic starts (${DEFAULT-VALUE}: not).")
    private int latencySeconds;

    @Option(
            names = "--patience-seconds",
            paramLabel = "N",
            description = "How long to wait for subscribers and replicas in the end (${DEFAULT-VALUE}).")
    private int patienceSeconds = 90;

    @Option(names = "--data", paramLabel = "DIR", description = "The run's directory (default: .skein/drill/TIME).")
    private @Nullable Path data;

    @Option(names = "--keep", description = "Leaves the cluster running, and its data.")
    private boolean keep;

    @Option(
            names = "--mutation",
            paramLabel = "NAME",
            description = "Servers run with a deliberate defect, to test the drill.")
    private String mutation = "";

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** Clients report each lost connection, which is what a drill is made of. */
    private static void quieten() {
        if (LoggerFactory.getLogger("dev.skein.client") instanceof Logger clients) {
            clients.setLevel(Level.ERROR);
        }
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new DrillMain());
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            if (failure instanceof Drill.NotStarted) {
                System.err.println("drill: " + failure.getMessage());
                return NOT_STARTED;
            }
            if (failure instanceof IllegalArgumentException || failure instanceof IOException) {
                System.err.println("drill: " + failure.getMessage());
                return failure instanceof IOException ? BROKEN : USAGE;
            }
            throw failure;
        });
        return commandLine;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        DrillPlan plan = plan();
        quieten();
        Path json = report == null ? plan.data().resolve("report.json") : report;
        Path svg = picture == null ? beside(json) : picture;
        Progress progress = timed();
        progress.say("drill in " + plan.data() + ", seed " + plan.seed());
        DrillRun run = new Drill(plan, progress).run();
        progress.say("checking");
        DrillReport found = DrillReport.of(run, Checkers.check(run.history()));
        found.writeJson(json);
        TimelinePicture.write(found, svg);
        System.out.print(VerdictTable.of(found));
        System.out.println("report: " + json + "  picture: " + svg);
        if (!found.isClean()) {
            System.out.println("logs and data of the cluster: " + plan.data());
            return BROKEN;
        }
        if (!plan.keep()) {
            deleteTree(plan.data().resolve("data"));
        }
        return 0;
    }

    private DrillPlan plan() {
        if (input != null && !Files.isReadable(input)) {
            throw new IllegalArgumentException("input: " + input + " (expected: a readable file)");
        }
        OutageMode outage = OutageMode.named(mode);
        return new DrillPlan(
                Optional.ofNullable(input),
                messages,
                rate,
                outage,
                wan,
                rounds,
                Duration.ofSeconds(outageSeconds),
                Duration.ofMillis(silenceMillis),
                regions,
                zones,
                shards,
                seed == null ? System.nanoTime() : seed,
                data == null ? freshDirectory() : data,
                keep,
                mutation,
                Duration.ofSeconds(latencySeconds),
                Duration.ofSeconds(patienceSeconds),
                new DrillPlan.Bounds(publishGapMax == null ? outage.gapMillisMax() : publishGapMax, reattachMax));
    }

    /** Nobody needs the messages of a drill that went well. */
    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private static Path freshDirectory() {
        String time =
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).format(LocalDateTime.now());
        return Path.of(".skein", "drill", time);
    }

    private static Path beside(Path json) {
        String name = String.valueOf(json.getFileName());
        String stem = name.endsWith(".json") ? name.substring(0, name.length() - 5) : name;
        return json.resolveSibling(stem + ".svg");
    }

    private static Progress timed() {
        long start = System.nanoTime();
        return line -> System.err.printf(Locale.ROOT, "%7.1f s  %s%n", (System.nanoTime() - start) / 1e9, line);
    }
}
