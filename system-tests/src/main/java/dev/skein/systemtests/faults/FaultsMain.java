package dev.skein.systemtests.faults;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.skein.systemtests.check.Recovers;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command behind {@code scripts/faults}. Exit codes: 0 every promise kept, 1 a promise broke or the run failed, 2 usage, 3 the cluster did
 * not start.
 */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Proves the guarantees under faults: a cluster of real processes with clients of every kind, rounds of faults"
                    + " that overlap, then healing, reading everything back from every replica, and checking.",
            "",
            "Exit codes: 0 every promise kept, 1 a promise broke or the run failed, 2 usage, 3 the cluster did not start.",
            ""
        })
public final class FaultsMain implements Callable<Integer> {

    private static final int BROKEN = 1;
    private static final int USAGE = 2;
    private static final int NOT_STARTED = 3;

    @Option(names = "--list", description = "Names the scenarios, and stops.")
    private boolean list;

    @Option(names = "--scenario", split = ",", paramLabel = "NAME", description = "They take turns (random).")
    private List<String> scenarios = List.of("random");

    @Option(names = "--seed", paramLabel = "N", description = "Of everything random (default: from the clock).")
    private @Nullable Long seed;

    @Option(names = "--minutes", paramLabel = "M", description = "How long; parts are fine (${DEFAULT-VALUE}).")
    private double minutes = 5;

    @Option(names = "--rounds", paramLabel = "N", description = "At most that many rounds (0: as many as fit).")
    private int rounds;

    @Option(
            names = "--wan",
            paramLabel = "PROFILE",
            description = "none, close, atlantic or global (${DEFAULT-VALUE}).")
    private String wan = "close";

    @Option(names = "--regions", split = ",", paramLabel = "NAME", description = "In order of preference (us,eu,ap).")
    private List<String> regions = List.of("us", "eu", "ap");

    @Option(names = "--zones", paramLabel = "N", description = "Zones a region, one node each (${DEFAULT-VALUE}).")
    private int zones = 1;

    @Option(names = "--shards", paramLabel = "N", description = "Shards of all namespaces (${DEFAULT-VALUE}).")
    private int shards = 8;

    @Option(names = "--rate", paramLabel = "N", description = "Chat messages a second (${DEFAULT-VALUE}).")
    private int rate = 80;

    @Option(names = "--json", paramLabel = "FILE", description = "Report as JSON (default: in the run's directory).")
    private @Nullable Path json;

    @Option(names = "--picture", paramLabel = "FILE", description = "Timeline as SVG (default: beside the report).")
    private @Nullable Path picture;

    @Option(names = "--ledger", paramLabel = "FILE", description = "Adds the run to this file, if it was clean.")
    private @Nullable Path ledger;

    @Option(
            names = "--recovery-max-ms",
            paramLabel = "N",
            description = "From the end of a round's faults until receipts and deliveries come (${DEFAULT-VALUE}).")
    private long recoveryMax = 10_000;

    @Option(
            names = "--standstill-max-ms",
            paramLabel = "N",
            description = "Longest standstill under a fault that publishing has to survive (${DEFAULT-VALUE}).")
    private long standstillMax = 10_000;

    @Option(
            names = "--patience-seconds",
            paramLabel = "N",
            description = "How long to wait for subscribers and replicas in the end (${DEFAULT-VALUE}).")
    private int patienceSeconds = 90;

    @Option(names = "--data", paramLabel = "DIR", description = "The run's directory (default: .skein/faults/TIME).")
    private @Nullable Path data;

    @Option(
            names = "--mutation",
            paramLabel = "NAME",
            description = "Servers run with a deliberate defect, to test the checkers.")
    private String mutation = "";

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new FaultsMain());
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
                System.err.println("faults: " + failure.getMessage());
                boolean notStarted = failure instanceof Conductor.NotStarted;
                return notStarted ? NOT_STARTED : failure instanceof IOException ? BROKEN : USAGE;
            }
            throw failure;
        });
        return commandLine;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (list) {
            System.out.print(listed());
            return 0;
        }
        FaultPlan plan = plan();
        quieten();
        Progress progress = timed();
        progress.say("faults in " + plan.data() + ", seed " + plan.seed() + ", scenarios " + plan.scenarioNames());
        FaultRun run = new Conductor(plan, progress).run();
        progress.say("checking");
        FaultReport report = FaultReport.of(run);
        return finish(report);
    }

    private int finish(FaultReport report) throws IOException {
        FaultPlan plan = report.run().plan();
        Path file = json == null ? plan.data().resolve("report.json") : json;
        Path svg = picture == null ? beside(file) : picture;
        report.writeJson(file);
        FaultPicture.write(report, svg);
        System.out.print(FaultTable.of(report));
        System.out.println("report: " + file + "  picture: " + svg);
        if (!report.isClean()) {
            System.out.println("logs and data of the cluster: " + plan.data());
            return BROKEN;
        }
        if (ledger != null) {
            SurvivedLedger.add(report, ledger);
            System.out.println("added to " + ledger);
        }
        DataFiles.delete(plan.data().resolve("data"));
        return 0;
    }

    private static String listed() {
        StringBuilder text = new StringBuilder();
        Scenario.all().forEach(scenario -> text.append(String.format("%-16s %s%n", scenario.name(), scenario.line())));
        text.append(String.format("%nneed root, and are not here yet:%n"));
        Scenario.NEEDS_ROOT.forEach(line -> text.append(String.format("  %s%n", line)));
        return text.toString();
    }

    private FaultPlan plan() {
        return new FaultPlan(
                scenarios.contains("all")
                        ? Scenario.all()
                        : scenarios.stream().map(Scenario::named).toList(),
                seed == null ? System.nanoTime() : seed,
                Duration.ofMillis((long) (minutes * 60_000)),
                rounds,
                wan,
                regions,
                zones,
                shards,
                rate,
                data == null ? freshDirectory() : data,
                mutation,
                Duration.ofSeconds(patienceSeconds),
                new Recovers.Bounds(recoveryMax, standstillMax));
    }

    /** Clients report each lost connection, which is what a run is made of. */
    private static void quieten() {
        if (LoggerFactory.getLogger("dev.skein.client") instanceof Logger clients) {
            clients.setLevel(Level.ERROR);
        }
    }

    private static Path freshDirectory() {
        String time =
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).format(LocalDateTime.now());
        return Path.of(".skein", "faults", time);
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
