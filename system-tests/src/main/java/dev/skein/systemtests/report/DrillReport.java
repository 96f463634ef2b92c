package dev.skein.systemtests.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.systemtests.check.Promise;
import dev.skein.systemtests.check.Verdict;
import dev.skein.systemtests.drill.DrillPlan;
import dev.skein.systemtests.drill.DrillRun;
import dev.skein.systemtests.drill.Round;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.history.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A finished drill and what was found about it. Immutable. */
public final class DrillReport {

    private static final double NANOS_PER_MILLI = 1e6;

    private final DrillRun run;
    private final List<Verdict> verdicts;
    private final Gaps gaps;

    private DrillReport(DrillRun run, List<Verdict> verdicts, Gaps gaps) {
        this.run = run;
        this.verdicts = List.copyOf(verdicts);
        this.gaps = gaps;
    }

    /** @param verdicts of the checkers; the bound on outages is added here */
    public static DrillReport of(DrillRun run, List<Verdict> verdicts) {
        Gaps gaps = Gaps.of(run.history(), run.rounds(), run.plan().regions());
        List<Verdict> all = new ArrayList<>(verdicts);
        all.add(boundedOutage(gaps, run));
        return new DrillReport(run, all, gaps);
    }

    private static Verdict boundedOutage(Gaps gaps, DrillRun run) {
        DrillPlan.Bounds bounds = run.plan().bounds();
        List<String> broken = new ArrayList<>();
        if (gaps.survivingPublish().p99() > bounds.publishGapMillis()) {
            broken.add("publish gap p99 in surviving regions: "
                    + Math.round(gaps.survivingPublish().p99()) + " ms (expected: at most " + bounds.publishGapMillis()
                    + ")");
        }
        if (gaps.reattach().p99() > bounds.reattachMillis()) {
            broken.add("re-attach p99 of the lost region's clients: "
                    + Math.round(gaps.reattach().p99()) + " ms (expected: at most " + bounds.reattachMillis() + ")");
        }
        if (gaps.strayed() > 0) {
            broken.add(gaps.strayed() + " clients of the lost region found no other node");
        }
        if (run.plan().mode().isPlanned()) {
            run.failures()
                    .forEach((error, count) -> broken.add(
                            count + " publishes ended as " + error + " (expected: none, since nothing was lost)"));
        }
        int checked = gaps.survivingPublish().count() + gaps.reattach().count();
        return new Verdict(Promise.BOUNDED_OUTAGE, checked, "gaps and re-attachments", broken.size(), broken);
    }

    public List<Verdict> verdicts() {
        return verdicts;
    }

    public Gaps gaps() {
        return gaps;
    }

    public DrillRun run() {
        return run;
    }

    /** Whether every promise was kept and everything could be looked at. */
    public boolean isClean() {
        return run.problems().isEmpty() && verdicts.stream().allMatch(Verdict::isKept);
    }

    long violations(Promise... promises) {
        List<Promise> wanted = List.of(promises);
        return verdicts.stream()
                .filter(verdict -> wanted.contains(verdict.promise()))
                .mapToLong(Verdict::violations)
                .sum();
    }

    long acknowledged() {
        long[] count = new long[1];
        run.history().publishes(publish -> count[0] += publish.isAcknowledged() ? 1 : 0);
        return count[0];
    }

    /** Publishes whose first outcome was open and that were answered with the original in the end. */
    long unknownResolved() {
        long[] count = new long[1];
        History history = run.history();
        history.publishes(publish -> count[0] +=
                publish.duplicate() && !history.client(publish.client()).role().equals("cut-off") ? 1 : 0);
        history.retries(retry -> count[0] += retry.outcome() == Outcome.ACKNOWLEDGED ? 1 : 0);
        return count[0];
    }

    long deliveries() {
        return sightings(source -> source.kind() == Source.Kind.SUBSCRIBER);
    }

    private long sightings(Predicate<Source> wanted) {
        long[] count = new long[1];
        List<Source> sources = run.history().sources();
        run.history().sightings(seen -> count[0] += wanted.test(sources.get(seen.source())) ? 1 : 0);
        return count[0];
    }

    /** Writes the report for programs. */
    public void writeJson(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), toJson());
    }

    Map<String, Object> toJson() {
        DrillPlan plan = run.plan();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kept", isClean());
        json.put("acked", acknowledged());
        json.put("lost", violations(Promise.ACKED_NOT_LOST));
        json.put("duplicated", violations(Promise.AT_MOST_ONCE));
        json.put(
                "reordered",
                violations(
                        Promise.ONE_ORDER, Promise.REAL_TIME_ORDER, Promise.PUBLISHER_ORDER, Promise.SUBSCRIBER_ORDER));
        json.put("gaps", violations(Promise.GAPLESS, Promise.SUBSCRIBER_COMPLETE));
        json.put("unknownResolved", unknownResolved());
        json.put("published", run.history().publishCount());
        json.put("delivered", deliveries());
        json.put("failedOrOpen", run.failures());
        json.put("publishGapMs", spreads(gaps.publish()));
        json.put("deliveryGapMs", spreads(gaps.delivery()));
        json.put("survivingPublishGapMs", gaps.survivingPublish().toJson());
        json.put("lostRegionPublishGapMs", gaps.lostPublish().toJson());
        json.put("lostRegionDeliveryGapMs", gaps.lostDelivery().toJson());
        json.put("elsewherePublishGapMs", gaps.elsewhere().toJson());
        json.put("comingBackPublishGapMs", gaps.comingBack().toJson());
        json.put("reattachMs", gaps.reattach().toJson());
        if (!run.followerLagMillis().isEmpty()) {
            Map<String, Object> lag = new LinkedHashMap<>();
            run.followerLagMillis()
                    .forEach((region, samples) ->
                            lag.put(region, Spread.of(samples).toJson()));
            json.put("followerLagMs", lag);
        }
        json.put("rounds", plan.rounds());
        json.put("wan", plan.wan());
        json.put("mode", plan.mode().word());
        json.put("seed", plan.seed());
        json.put("mutation", plan.mutation());
        json.put("regions", plan.regions());
        json.put("zones", plan.zones());
        json.put("shards", plan.shards());
        json.put("publishedPerSecond", Math.round(run.history().publishCount() / trafficSeconds()));
        json.put("roundDetails", rounds());
        json.put("verdicts", verdicts.stream().map(DrillReport::json).toList());
        json.put("problems", run.problems());
        json.put("residentMiB", run.residentMebibytes());
        json.put("trafficSeconds", Math.round(trafficSeconds()));
        json.put("java", System.getProperty("java.version"));
        json.put("processors", Runtime.getRuntime().availableProcessors());
        return json;
    }

    private List<Map<String, Object>> rounds() {
        List<Map<String, Object>> json = new ArrayList<>();
        for (int i = 0; i < run.rounds().size(); i++) {
            json.add(json(run.rounds().get(i), gaps.resumedNanos().get(i)));
        }
        return json;
    }

    private Map<String, Object> json(Round round, long resumedNanos) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("round", round.number());
        json.put("lostRegion", round.victim());
        json.put("shardsLed", round.shardsLed());
        json.put("shards", round.shards());
        json.put("startMs", millis(round.startNanos() - run.startNanos()));
        json.put("receiptsAgainMs", millis(resumedNanos - round.startNanos()));
        json.put("statusShowsLedMs", round.ledNanos() == 0 ? null : millis(round.ledNanos() - round.startNanos()));
        json.put("outageMs", millis(round.endNanos() - round.startNanos()));
        json.put("wholeAgainMs", millis(round.wholeNanos() - round.endNanos()));
        return json;
    }

    private double trafficSeconds() {
        return Math.max(1, (run.endNanos() - run.startNanos()) / NANOS_PER_MILLI / 1_000);
    }

    private static long millis(long nanos) {
        return Math.round(nanos / NANOS_PER_MILLI);
    }

    private static Map<String, Object> json(Verdict verdict) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("guarantee", verdict.promise().guarantee());
        json.put("promise", verdict.promise().name());
        json.put("text", verdict.promise().text());
        json.put("checked", verdict.checked());
        json.put("unit", verdict.unit());
        json.put("violations", verdict.violations());
        json.put("result", verdict.word());
        json.put("examples", verdict.examples());
        return json;
    }

    private static Map<String, Object> spreads(Map<String, Spread> spreads) {
        Map<String, Object> json = new LinkedHashMap<>();
        spreads.forEach((region, spread) -> json.put(region, spread.toJson()));
        return json;
    }
}
