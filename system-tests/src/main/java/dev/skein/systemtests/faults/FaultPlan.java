package dev.skein.systemtests.faults;

import dev.skein.core.Checks;
import dev.skein.systemtests.check.Recovers;
import dev.skein.systemtests.wan.WanProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * What to do in a run.
 *
 * @param scenarios take turns, a round each
 * @param seed of everything random
 * @param duration no round begins after it
 * @param rounds at most; 0: as many as fit
 * @param wan a word of {@link WanProfile}
 * @param regions at least three, in order of preference
 * @param zones nodes a region
 * @param shards of all namespaces together
 * @param rate chat messages a second
 * @param data where the cluster lives
 * @param mutation a deliberate defect of the servers; empty: none
 * @param patience how long to wait for quiet in the end
 * @param bounds what a trouble may cost
 */
record FaultPlan(
        List<Scenario> scenarios,
        long seed,
        Duration duration,
        int rounds,
        String wan,
        List<String> regions,
        int zones,
        int shards,
        int rate,
        Path data,
        String mutation,
        Duration patience,
        Recovers.Bounds bounds) {

    private static final int MINUTES_MAX = 24 * 60;

    FaultPlan {
        Checks.check(!scenarios.isEmpty(), "scenario", scenarios, "at least one");
        Checks.check(
                duration.toSeconds() >= 1 && duration.toMinutes() <= MINUTES_MAX,
                "minutes",
                duration.toSeconds() / 60.0,
                "more than 0, at most " + MINUTES_MAX);
        Checks.check(rounds >= 0 && rounds <= 10_000, "rounds", rounds, "0 to 10000");
        Checks.check(rate >= 1 && rate <= 10_000, "rate", rate, "1 to 10000 messages a second");
        Checks.check(regions.size() >= 3, "regions", regions, "at least three, so that one can be lost");
        Checks.check(new HashSet<>(regions).size() == regions.size(), "regions", regions, "different names");
        Checks.check(zones >= 1 && zones <= 9, "zones", zones, "1 to 9");
        Checks.check(
                shards >= 2 * regions.size() && shards <= 1_024, "shards", shards, 2 * regions.size() + " to 1024");
        WanProfile.named(wan);
        Checks.check(
                !Files.exists(data.resolve("cluster.json")), "data", data, "a directory without a cluster of its own");
        scenarios = List.copyOf(scenarios);
        regions = List.copyOf(regions);
    }

    String scenarioNames() {
        return String.join(",", scenarios.stream().map(Scenario::name).toList());
    }
}
