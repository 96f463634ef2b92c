package dev.skein.systemtests.traffic;

import dev.skein.client.SkeinClient;
import dev.skein.systemtests.launch.ClusterException;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits until nothing moves any more: publishes answered, subscribers at the end, replicas equally far. What does not come in time is said
 * and left to the checkers, which then find it missing.
 */
public final class Settling {

    private static final long POLL_MILLIS = 100;
    private static final int CHANNELS_ASKED_AT_ONCE = 200;

    private final LocalCluster cluster;
    private final Fleet fleet;
    private final SkeinClient operator;
    private final Duration patience;
    private final Progress progress;

    /** Asks what still moves; empty: nothing. */
    @FunctionalInterface
    private interface Question {
        Optional<String> ask() throws IOException;
    }

    public Settling(LocalCluster cluster, Fleet fleet, SkeinClient operator, Duration patience, Progress progress) {
        this.cluster = cluster;
        this.fleet = fleet;
        this.operator = operator;
        this.patience = patience;
        this.progress = progress;
    }

    public void settle(Tally tally, List<String> channels) throws IOException, InterruptedException {
        await(() -> tally.unanswered() == 0
                ? Optional.empty()
                : Optional.of(tally.unanswered() + " publishes are not answered"));
        Map<String, Long> ends = ends(channels);
        await(() -> behind(ends));
        await(this::replicaBehind);
    }

    private Map<String, Long> ends(List<String> channels) throws InterruptedException {
        Map<String, Long> ends = new LinkedHashMap<>();
        for (int from = 0; from < channels.size(); from += CHANNELS_ASKED_AT_ONCE) {
            List<String> some = channels.subList(from, Math.min(channels.size(), from + CHANNELS_ASKED_AT_ONCE));
            Map<String, CompletableFuture<Long>> asked = new LinkedHashMap<>();
            some.forEach(channel ->
                    asked.put(channel, operator.describeChannel(channel).thenApply(extent -> extent.lastSerial())));
            for (Map.Entry<String, CompletableFuture<Long>> answer : asked.entrySet()) {
                ends.put(answer.getKey(), end(answer.getKey(), answer.getValue()));
            }
        }
        return ends;
    }

    private long end(String channel, CompletableFuture<Long> answer) throws InterruptedException {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            progress.say("  the end of " + channel + " is not known: " + e.getMessage());
            return 0;
        }
    }

    private Optional<String> behind(Map<String, Long> ends) {
        List<String> behind = new ArrayList<>();
        for (FullSubscriber subscriber : fleet.subscribers()) {
            ends.forEach((channel, end) -> {
                if (subscriber.position(channel) < end) {
                    behind.add("the subscriber in " + subscriber.region() + " is at " + subscriber.position(channel)
                            + " of " + end + " in " + channel);
                }
            });
        }
        return behind.isEmpty()
                ? Optional.empty()
                : Optional.of(behind.size() + " subscriptions are not at the end: " + behind.get(0));
    }

    private Optional<String> replicaBehind() throws IOException {
        try {
            return new Leaders(cluster.status(true)).behind();
        } catch (ClusterException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void await(Question question) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<String> moving = question.ask();
        while (moving.isPresent() && System.nanoTime() < deadline) {
            Thread.sleep(POLL_MILLIS);
            moving = question.ask();
        }
        moving.ifPresent(what -> progress.say("  after " + patience.toSeconds() + " s " + what));
    }
}
