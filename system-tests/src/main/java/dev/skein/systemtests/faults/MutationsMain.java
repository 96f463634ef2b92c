package dev.skein.systemtests.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command behind {@code scripts/mutations}. Exit codes: 0 every mutation was caught by its checker, 1 one survived, 2 usage.
 */
@Command(
        name = "mutations",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Checks the checkers: servers with one deliberate defect at a time, in the scenario in which it shows, and the"
                    + " checker that has to report it.",
            "",
            "Exit codes: 0 every mutation was caught by its checker, 1 one survived, 2 usage.",
            ""
        })
public final class MutationsMain implements Callable<Integer> {

    private static final int SURVIVED = 1;
    private static final int USAGE = 2;

    @Option(names = "--list", description = "Names the mutations, and stops.")
    private boolean list;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "These, by word or by M-a to M-r (all).")
    private List<String> only = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "Of everything random (${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--patience-seconds",
            paramLabel = "N",
            description = "How long to wait for what a defect may withhold for ever (${DEFAULT-VALUE}).")
    private int patienceSeconds = 6;

    @Option(names = "--json", paramLabel = "FILE", description = "The table as JSON.")
    private @Nullable Path json;

    @Option(names = "--data", paramLabel = "DIR", description = "Where the clusters live (default: .skein/mutations).")
    private Path data = Path.of(".skein", "mutations");

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new MutationsMain());
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
                System.err.println("mutations: " + failure.getMessage());
                return failure instanceof IOException ? SURVIVED : USAGE;
            }
            throw failure;
        });
        return commandLine;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Mutant> chosen =
                only.isEmpty() ? Mutant.all() : only.stream().map(Mutant::named).toList();
        if (list) {
            chosen.forEach(mutant ->
                    System.out.println(line(mutant) + "  " + mutant.checker().rule()));
            return 0;
        }
        FaultsMain.quieten();
        List<MutantRun> runs = new ArrayList<>();
        for (Mutant mutant : chosen) {
            runs.add(run(mutant));
        }
        System.out.print(table(runs));
        if (json != null) {
            new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(
                            json.toFile(), runs.stream().map(MutantRun::toJson).toList());
        }
        return runs.stream().allMatch(MutantRun::isCaught) ? 0 : SURVIVED;
    }

    /** The directory of one that survived is left for looking at. */
    private MutantRun run(Mutant mutant) throws IOException, InterruptedException {
        Progress progress = FaultsMain.timed();
        progress.say(mutant.letter() + " " + mutant.word());
        Path directory = data.resolve(mutant.word());
        DataFiles.delete(directory);
        MutantRun run = MutantRun.of(mutant, seed, directory, Duration.ofSeconds(patienceSeconds), progress);
        progress.say((run.isCaught() ? "caught: " : "SURVIVED: ") + run.rules());
        if (run.isCaught()) {
            DataFiles.delete(directory);
        }
        return run;
    }

    private static String line(Mutant mutant) {
        return String.format(Locale.ROOT, "%-5s %-24s %-16s", mutant.letter(), mutant.word(), mutant.scenarios());
    }

    private static String table(List<MutantRun> runs) {
        StringBuilder text = new StringBuilder();
        for (MutantRun run : runs) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s  %-8s by %-4s after %5.1f s; broken: %s%n",
                    line(run.mutant()),
                    run.isCaught() ? "caught" : "SURVIVED",
                    run.mutant().checker().rule(),
                    run.millis() / 1e3,
                    run.rules()));
            if (!run.isCaught()) {
                text.append(String.format(Locale.ROOT, "      again: %s%n", run.again()));
            }
        }
        long caught = runs.stream().filter(MutantRun::isCaught).count();
        text.append(String.format(Locale.ROOT, "%d of %d mutations were caught%n", caught, runs.size()));
        return text.toString();
    }
}
