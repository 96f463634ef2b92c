package dev.skein.systemtests.faults;

import dev.skein.systemtests.check.Promise;
import dev.skein.systemtests.check.Recovers;
import dev.skein.systemtests.check.Verdict;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What became of a mutant.
 *
 * @param mutant which
 * @param broken promises that were reported as broken
 * @param millis from starting the servers to the verdicts
 * @param failure why there are no verdicts; empty: there are
 * @param again the command that does the same
 */
record MutantRun(Mutant mutant, List<Promise> broken, long millis, String failure, String again) {

    /** Time is no measure here: a defect has to be reported for what it is, on a busy machine too. */
    private static final Recovers.Bounds PATIENT = new Recovers.Bounds(60_000, 60_000);

    private static final int RATE = 60;
    private static final int SHARDS = 6;

    /** For a blackout, which none of them takes. */
    private static final int MESSAGES = 1_000;

    /** Runs the mutant's scenario and judges it. */
    static MutantRun of(Mutant mutant, long seed, Path directory, Duration patience, Progress progress)
            throws InterruptedException {
        FaultPlan plan = plan(mutant, seed, directory, patience);
        long start = System.nanoTime();
        try {
            FaultReport report = FaultReport.of(new Conductor(plan, progress).run());
            report.writeJson(directory.resolve("report.json"));
            List<Promise> broken = report.verdicts().stream()
                    .filter(verdict -> verdict.violations() > 0)
                    .map(Verdict::promise)
                    .toList();
            return new MutantRun(mutant, broken, since(start), "", report.replay());
        } catch (IOException nothingToJudge) {
            return new MutantRun(mutant, List.of(), since(start), String.valueOf(nothingToJudge.getMessage()), "");
        }
    }

    private static FaultPlan plan(Mutant mutant, long seed, Path directory, Duration patience) {
        return new FaultPlan(
                Arrays.stream(mutant.scenarios().split(","))
                        .map(Scenario::named)
                        .toList(),
                seed,
                Duration.ofMinutes(3),
                mutant.rounds(),
                "close",
                List.of("us", "eu", "ap"),
                1,
                SHARDS,
                RATE,
                directory,
                mutant.word(),
                patience,
                PATIENT,
                Set.of(),
                MESSAGES);
    }

    private static long since(long startNanos) {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    boolean isCaught() {
        return broken.contains(mutant.checker());
    }

    /** The broken rules, for people. */
    String rules() {
        TreeSet<String> rules = broken.stream()
                .map(Promise::rule)
                .collect(Collectors.toCollection(() -> new TreeSet<>((a, b) ->
                        a.length() == b.length() ? a.compareTo(b) : Integer.compare(a.length(), b.length()))));
        return failure.isEmpty() ? String.join(" ", rules) : failure;
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mutation", mutant.letter());
        json.put("defect", mutant.word());
        json.put("scenario", mutant.scenarios());
        json.put("checker", mutant.checker().rule() + " " + mutant.checker().name());
        json.put("caught", isCaught());
        json.put(
                "broken",
                broken.stream()
                        .map(promise -> promise.rule() + " " + promise.name())
                        .toList());
        json.put("seconds", millis / 1e3);
        json.put("failure", failure);
        json.put("again", again);
        return json;
    }
}
