package dev.skein.systemtests.drill;

import dev.skein.core.Checks;
import dev.skein.replication.Mutation;
import dev.skein.systemtests.wan.WanProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What to do in a drill.
 *
 * @param input recorded chat; empty: generated
 * @param messages chat messages at least; 0: all of the input, or as many as the rounds take
 * @param rate chat messages a second, from all regions together; 0: 150, or what lets the input last as long as the rounds
 * @param mode how the region is lost
 * @param wan a word of {@link WanProfile}
 * @param rounds outages
 * @param outage how long each lasts
 * @param silence how long the region's words to other regions are held before a kill; zero: not at all
 * @param regions at least two, in order of preference
 * @param zones nodes a region
 * @param shards of all namespaces together
 * @param seed of everything random
 * @param data where the cluster lives
 * @param keep leave the cluster running
 * @param mutation a deliberate defect of the servers, the word of a {@link Mutation}; empty: none
 * @param latency how long sparse delivery is measured before the traffic starts; zero: not at all
 * @param patience how long to wait for subscribers and replicas in the end
 * @param bounds what an outage may cost
 */
public record DrillPlan(
        Optional<Path> input,
        int messages,
        int rate,
        OutageMode mode,
        String wan,
        int rounds,
        Duration outage,
        Duration silence,
        List<String> regions,
        int zones,
        int shards,
        long seed,
        Path data,
        boolean keep,
        String mutation,
        Duration latency,
        Duration patience,
        Bounds bounds) {

    private static final int ROUNDS_MAX = 1_000;
    private static final int RATE_DEFAULT = 150;
    private static final int RATE_OF_INPUT_MAX = 500;
    private static final long ROUND_SECONDS = 45;
    private static final int RATE_MAX = 100_000;
    private static final int MESSAGES_MAX = 2_000_000;

    /**
     * What an outage may cost.
     *
     * @param publishGapMillis 99th percentile of the surviving regions' publish gaps
     * @param reattachMillis 99th percentile of the lost region's clients' way to another node
     */
    public record Bounds(long publishGapMillis, long reattachMillis) {}

    /** Messages a second for a chat of so many lines. */
    int rateFor(int lines) {
        long lasting = lines / (rounds * ROUND_SECONDS);
        long wanted = input.isPresent() ? Math.min(RATE_OF_INPUT_MAX, lasting) : 0;
        return rate > 0 ? rate : (int) Math.max(RATE_DEFAULT, wanted);
    }

    public DrillPlan {
        Checks.check(rounds >= 1 && rounds <= ROUNDS_MAX, "rounds", rounds, "1 to " + ROUNDS_MAX);
        Checks.check(rate >= 0 && rate <= RATE_MAX, "rate", rate, "0 to " + RATE_MAX + " messages a second");
        Checks.check(messages >= 0 && messages <= MESSAGES_MAX, "messages", messages, "0 to " + MESSAGES_MAX);
        Checks.check(regions.size() >= 3, "regions", regions, "at least three, so that one can be lost");
        Checks.check(new HashSet<>(regions).size() == regions.size(), "regions", regions, "different names");
        Checks.check(zones >= 1 && zones <= 9, "zones", zones, "1 to 9");
        Checks.check(
                shards >= 2 * regions.size() && shards <= 1_024, "shards", shards, 2 * regions.size() + " to 1024");
        Checks.check(!outage.isNegative() && !outage.isZero(), "outage-seconds", outage, "1 or more");
        WanProfile.named(wan);
        if (!mutation.isEmpty()) {
            Mutation.named(mutation);
        }
        Checks.check(
                !Files.exists(data.resolve("cluster.json")), "data", data, "a directory without a cluster of its own");
        regions = List.copyOf(regions);
    }
}
