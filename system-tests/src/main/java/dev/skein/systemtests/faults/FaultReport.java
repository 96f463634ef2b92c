package dev.skein.systemtests.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.systemtests.check.Checkers;
import dev.skein.systemtests.check.DamageRefused;
import dev.skein.systemtests.check.Isolated;
import dev.skein.systemtests.check.Promise;
import dev.skein.systemtests.check.Quiet;
import dev.skein.systemtests.check.Recovers;
import dev.skein.systemtests.check.Trouble;
import dev.skein.systemtests.check.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A finished run and what was found about it. Immutable. */
final class FaultReport {

    private static final double OVERLAP_WANTED = 0.3;
    private static final long ISOLATION_FLOOR_MILLIS = 1_500;

    private final FaultRun run;
    private final List<Verdict> verdicts;
    private final Recovers recovers;

    private FaultReport(FaultRun run, List<Verdict> verdicts, Recovers recovers) {
        this.run = run;
        this.verdicts = List.copyOf(verdicts);
        this.recovers = recovers;
    }

    static FaultReport of(FaultRun run) {
        Recovers recovers = Recovers.of(run.history(), run.troubles());
        List<Verdict> verdicts = new ArrayList<>(Checkers.checkEverything(run.history()));
        int[] retries = new int[1];
        run.history().retries(retry -> retries[0]++);
        if (retries[0] == 0) {
            verdicts.removeIf(verdict -> verdict.promise() == Promise.RETRY_FINDS_ORIGINAL);
        }
        verdicts.add(recovers.check(run.plan().bounds()));
        List<Trouble> slow = run.episodes().stream()
                .filter(episode -> episode.kind() == FaultKind.SLOW_CONSUMERS)
                .map(episode -> new Trouble(episode.text(), episode.beginNanos(), episode.endNanos(), true))
                .toList();
        if (!slow.isEmpty()) {
            verdicts.add(Isolated.check(run.history(), run.slowReasons(), slow, ISOLATION_FLOOR_MILLIS));
        }
        verdicts.add(Quiet.check(run.groups(), run.disquiet(), run.nodes(), run.left()));
        if (!run.damages().isEmpty()) {
            verdicts.add(DamageRefused.check(run.damages()));
        }
        verdicts.sort(
                Comparator.comparing((Verdict verdict) -> verdict.promise().guarantee())
                        .thenComparing(verdict -> ruleNumber(verdict.promise())));
        return new FaultReport(run, verdicts, recovers);
    }

    private static int ruleNumber(Promise promise) {
        String digits = promise.rule().replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    FaultRun run() {
        return run;
    }

    List<Verdict> verdicts() {
        return verdicts;
    }

    boolean isClean() {
        return run.problems().isEmpty() && verdicts.stream().allMatch(Verdict::isKept);
    }

    double overlapping() {
        long overlapping = run.rounds().stream().filter(PlannedRound::overlaps).count();
        return run.rounds().isEmpty() ? 0 : overlapping / (double) run.rounds().size();
    }

    /** Whether enough rounds had faults at the same time to say anything about faults at the same time. */
    boolean overlapsEnough() {
        return overlapping() >= OVERLAP_WANTED;
    }

    long longestMillis(Trouble trouble) {
        return recovers.longestMillis(trouble);
    }

    /** The longest standstill of all troubles that had to be survived. */
    long longestSurvivedMillis() {
        return run.troubles().stream()
                .filter(Trouble::survivable)
                .mapToLong(this::longestMillis)
                .max()
                .orElse(0);
    }

    long longestMillis() {
        return run.troubles().stream().mapToLong(this::longestMillis).max().orElse(0);
    }

    /** How often each kind of fault was done. */
    Map<String, Integer> faults() {
        Map<String, Integer> faults = new TreeMap<>();
        run.episodes().stream()
                .filter(episode -> !episode.text().contains("cut short"))
                .forEach(episode -> faults.merge(episode.kind().word(), 1, Integer::sum));
        return faults;
    }

    long acknowledged() {
        long[] count = new long[1];
        run.history().publishes(publish -> count[0] += publish.isAcknowledged() ? 1 : 0);
        return count[0];
    }

    /** Everything that a checker looked at: publishes, sightings, questions. */
    long operations() {
        long[] reads = new long[1];
        run.history().reads(read -> reads[0]++);
        return run.history().publishCount() + run.history().sightingCount() + reads[0];
    }

    long violations(Promise... promises) {
        List<Promise> wanted = List.of(promises);
        return verdicts.stream()
                .filter(verdict -> wanted.contains(verdict.promise()))
                .mapToLong(Verdict::violations)
                .sum();
    }

    /** The command that does the same again. */
    String replay() {
        FaultPlan plan = run.plan();
        return "scripts/faults --scenario " + plan.scenarioNames() + " --seed " + plan.seed() + " --rounds "
                + run.rounds().size() + " --wan " + plan.wan() + " --regions " + String.join(",", plan.regions())
                + " --zones " + plan.zones() + " --shards " + plan.shards() + " --rate " + plan.rate()
                + (plan.mutation().isEmpty() ? "" : " --mutation " + plan.mutation());
    }

    void writeJson(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), toJson());
    }

    private Map<String, Object> toJson() {
        FaultPlan plan = run.plan();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kept", isClean());
        json.put("lost", violations(Promise.ACKED_NOT_LOST));
        json.put("duplicated", violations(Promise.AT_MOST_ONCE));
        json.put(
                "reordered",
                violations(
                        Promise.ONE_ORDER, Promise.REAL_TIME_ORDER, Promise.PUBLISHER_ORDER, Promise.SUBSCRIBER_ORDER));
        json.put("published", run.history().publishCount());
        json.put("acked", acknowledged());
        json.put("operations", operations());
        json.put("failedOrOpen", run.failures());
        json.put("scenarios", plan.scenarioNames());
        json.put("seed", plan.seed());
        json.put("wan", plan.wan());
        json.put("regions", plan.regions());
        json.put("zones", plan.zones());
        json.put("mutation", plan.mutation());
        json.put("seconds", run.seconds());
        json.put("rounds", run.rounds().size());
        json.put("overlapping", overlapping());
        json.put("faults", faults());
        json.put("longestStandstillMs", longestMillis());
        json.put("longestSurvivableStandstillMs", longestSurvivedMillis());
        json.put("episodes", run.episodes().stream().map(this::json).toList());
        json.put("roundDetails", run.troubles().stream().map(this::json).toList());
        json.put("verdicts", verdicts.stream().map(FaultReport::json).toList());
        json.put("problems", run.problems());
        json.put("replay", replay());
        return json;
    }

    private Map<String, Object> json(Episode episode) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("round", episode.round());
        json.put("fault", episode.kind().word());
        json.put("what", episode.text());
        json.put("beginMs", millis(episode.beginNanos()));
        json.put("endMs", millis(episode.endNanos()));
        return json;
    }

    private Map<String, Object> json(Trouble trouble) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("round", trouble.name());
        json.put("survivable", trouble.survivable());
        json.put("beginMs", millis(trouble.beginNanos()));
        json.put("healedMs", millis(trouble.healedNanos()));
        json.put("longestStandstillMs", longestMillis(trouble));
        return json;
    }

    private long millis(long nanos) {
        return (nanos - run.startNanos()) / 1_000_000;
    }

    private static Map<String, Object> json(Verdict verdict) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("guarantee", verdict.promise().guarantee());
        json.put("rule", verdict.promise().rule());
        json.put("promise", verdict.promise().name());
        json.put("checked", verdict.checked());
        json.put("unit", verdict.unit());
        json.put("violations", verdict.violations());
        json.put("result", verdict.word());
        json.put("examples", verdict.examples());
        return json;
    }
}
