package dev.skein.systemtests.drill;

import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.PlaceName;
import dev.skein.systemtests.launch.Progress;
import dev.skein.systemtests.traffic.CutOff;
import dev.skein.systemtests.traffic.Fleet;
import dev.skein.systemtests.traffic.ForcedRetries;
import dev.skein.systemtests.traffic.Homes;
import dev.skein.systemtests.traffic.Leaders;
import dev.skein.systemtests.wan.Cut;
import dev.skein.systemtests.wan.WanRemote;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Takes the busiest home region out and brings it back, with publishes in flight that are retried elsewhere. */
final class RoundRunner {

    /** Traffic before an outage, which comes at any moment of it: a pace, nothing is waited for. */
    private static final Duration CALM_MIN = Duration.ofSeconds(3);

    private static final int CALM_SPREAD_MILLIS = 3_000;
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration SEND_HOME_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration RETRY_TIMEOUT = Duration.ofSeconds(40);
    private static final Duration HOME_TIMEOUT = Duration.ofSeconds(90);
    private static final long POLL_MILLIS = 200;

    private final DrillPlan plan;
    private final LocalCluster cluster;
    private final History history;
    private final Homes homes;
    private final Fleet fleet;
    private final ForcedRetries retries;
    private final SkeinClient operator;
    private final Random random;
    private final Progress progress;

    RoundRunner(
            DrillPlan plan,
            LocalCluster cluster,
            History history,
            Homes homes,
            Fleet fleet,
            ForcedRetries retries,
            SkeinClient operator,
            Random random,
            Progress progress) {
        this.plan = plan;
        this.cluster = cluster;
        this.history = history;
        this.homes = homes;
        this.fleet = fleet;
        this.retries = retries;
        this.operator = operator;
        this.random = random;
        this.progress = progress;
    }

    Round run(int number) throws IOException, InterruptedException {
        Leaders leaders = new Leaders(cluster.status(true));
        String victim = leaders.busiest(plan.regions());
        List<String> survivors =
                plan.regions().stream().filter(region -> !region.equals(victim)).toList();
        int led = leaders.led(victim);
        progress.say("round " + number + " of " + plan.rounds() + ": " + victim
                + " is the busiest home region, it leads " + led + " of " + homes.shards() + " shards");
        List<String> channels = homes.retryChannels();
        List<CutOff> committed = committedUnheard(victim, channels);
        Thread.sleep(CALM_MIN.toMillis() + random.nextInt(CALM_SPREAD_MILLIS));
        List<CutOff> inFlight = retries.publishUnheard(victim, channels);

        Set<Integer> channelsLed = channelsLedIn(victim, leaders);
        long start = lose(victim, survivors);
        progress.say("  " + victim + " is out (" + plan.mode().word() + ")");
        long ledAgain = awaitLed(victim, start);
        int half = committed.size() / 2;
        say(inFlight.size(), retries.retry(inFlight, survivors.get(0), false, RETRY_TIMEOUT), survivors.get(0));
        say(half, retries.retry(committed.subList(0, half), survivors.get(0), true, RETRY_TIMEOUT), survivors.get(0));
        sleepUntil(start + plan.outage().toNanos());

        heal(victim, survivors);
        long end = System.nanoTime();
        cluster.restore(PlaceName.region(victim));
        progress.say("  " + victim + " is let back");
        long whole = awaitHome();
        int home = fleet.sendHome(victim, SEND_HOME_TIMEOUT);
        progress.say("  " + home + " clients of " + victim + " are attached there again");
        String far = survivors.get(survivors.size() - 1);
        List<CutOff> late = committed.subList(half, committed.size());
        say(late.size(), retries.retry(late, far, true, RETRY_TIMEOUT), far);
        return new Round(number, victim, led, homes.shards(), channelsLed, start, ledAgain, end, whole);
    }

    /** Publishes that took effect and were never answered; then snapshots, so that a restart has to find them there. */
    private List<CutOff> committedUnheard(String victim, List<String> channels)
            throws IOException, InterruptedException {
        List<CutOff> sent = retries.publishUnheard(victim, channels);
        boolean arrived = retries.awaitCommitted(sent, COMMIT_TIMEOUT);
        retries.heal(victim);
        if (!arrived) {
            throw new IOException("publishes whose answers are cut off were not delivered within "
                    + COMMIT_TIMEOUT.toSeconds() + " s");
        }
        for (String endpoint : cluster.endpoints()) {
            try {
                operator.adminAt(endpoint).snapshot().join();
            } catch (RuntimeException e) {
                progress.say("  no snapshot at " + endpoint + ": " + cause(e));
            }
        }
        return sent;
    }

    private Set<Integer> channelsLedIn(String region, Leaders leaders) {
        Set<Integer> led = new HashSet<>();
        for (String channel : homes.probeChannels()) {
            if (leaders.regionOf(homes.of(channel).name(), homes.shardOf(channel))
                    .equals(region)) {
                led.add(history.channel(channel));
            }
        }
        return led;
    }

    /** Answers when the region was lost. */
    private long lose(String victim, List<String> survivors) throws IOException, InterruptedException {
        if (!plan.silence().isZero()) {
            try (WanRemote wan = cluster.wan()) {
                for (String survivor : survivors) {
                    wan.cut(new Cut(victim, survivor, false));
                }
            }
            progress.say("  " + victim + " is not heard by other regions");
            Thread.sleep(plan.silence().toMillis());
        }
        long start = System.nanoTime();
        PlaceName place = PlaceName.region(victim);
        switch (plan.mode()) {
            case KILL -> cluster.kill(place);
            case PAUSE -> cluster.pause(place);
            case PARTITION -> cluster.partition(place);
            case DRAIN -> cluster.drain(place);
        }
        return start;
    }

    private void heal(String victim, List<String> survivors) throws IOException {
        retries.heal(victim);
        if (!plan.silence().isZero()) {
            try (WanRemote wan = cluster.wan()) {
                for (String survivor : survivors) {
                    wan.heal(new Cut(victim, survivor, false));
                }
            }
        }
    }

    /** Answers when every shard had a leader outside of the lost region; 0 when that took too long. */
    private long awaitLed(String victim, long start) throws InterruptedException {
        long deadline = start + plan.outage().toNanos();
        while (System.nanoTime() < deadline) {
            if (isLedWithout(victim)) {
                long now = System.nanoTime();
                progress.say(String.format(
                        Locale.ROOT,
                        "  status shows every shard led elsewhere %.1f s after the loss",
                        (now - start) / 1e9));
                return now;
            }
            Thread.sleep(POLL_MILLIS);
        }
        progress.say("  NOT every shard is led elsewhere after " + plan.outage().toSeconds() + " s");
        return 0;
    }

    private boolean isLedWithout(String victim) {
        try {
            Leaders leaders = new Leaders(cluster.status(true));
            return plan.regions().stream()
                            .filter(region -> !region.equals(victim))
                            .mapToInt(leaders::led)
                            .sum()
                    == homes.shards();
        } catch (IOException unanswered) {
            return false;
        }
    }

    /** Waits until every shard is led in its home region; answers when that was. */
    long awaitHome() throws IOException, InterruptedException {
        long start = System.nanoTime();
        long deadline = start + HOME_TIMEOUT.toNanos();
        cluster.waitUntilAllLed(HOME_TIMEOUT);
        boolean home = new Leaders(cluster.status(true)).allAtHome();
        while (!home && System.nanoTime() < deadline) {
            Thread.sleep(POLL_MILLIS);
            home = new Leaders(cluster.status(true)).allAtHome();
        }
        long now = System.nanoTime();
        String what = home ? "every shard is led at home" : "NOT every shard is led at home";
        progress.say(String.format(Locale.ROOT, "  %s, after %.1f s", what, (now - start) / 1e9));
        return now;
    }

    private void say(int sent, int answered, String region) {
        progress.say(
                "  " + answered + " of " + sent + " publishes whose answers were cut off are answered in " + region);
    }

    private static String cause(RuntimeException e) {
        return String.valueOf(e.getCause() instanceof SkeinException known ? known.getMessage() : e.getMessage());
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            Thread.sleep(left / 1_000_000);
        }
    }
}
