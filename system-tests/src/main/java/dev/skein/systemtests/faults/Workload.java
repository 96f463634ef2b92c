package dev.skein.systemtests.faults;

import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.traffic.Fleet;
import dev.skein.systemtests.traffic.Homes;
import dev.skein.systemtests.traffic.RecordingPublisher;
import dev.skein.systemtests.traffic.Tally;
import dev.skein.systemtests.traffic.Visitor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What clients do besides chatting and probing: in every region one that competes by conditional publishes for one channel, one that asks
 * where channels end, one that gives each publish little time, and visitors that resume in another region all the time. One timer thread sends; answers come on callback threads.
 */
final class Workload implements AutoCloseable {

    /** Where conditional publishes compete. */
    static final String RACE_CHANNEL = "default:faults.race/0";

    /** Where large messages go for those who don't read. */
    static final String BULK_CHANNEL = "default:faults.bulk/0";

    private static final long PERIOD_MILLIS = 150;
    private static final int VISITORS = 2;

    /** Less than an election takes, so that faults leave publishes with an open outcome. */
    private static final Duration BRIEF = Duration.ofMillis(300);

    private final Map<String, RecordingPublisher> competitors = new LinkedHashMap<>();
    private final List<RecordingPublisher> impatient = new ArrayList<>();
    private final Map<String, CompletableFuture<Long>> pending = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<?>> questions = new HashMap<>();
    private final List<Visitor> visitors = new ArrayList<>();
    private final List<String> channels;
    private final Random random;
    private final Outcome openMeans;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "faults-workload");
        thread.setDaemon(true);
        return thread;
    });

    /** @param openMeans what an impatient client takes an open outcome for */
    Workload(Fleet fleet, List<String> regions, Homes homes, History history, Tally tally, long seed, Outcome openMeans)
            throws IOException {
        this.random = new Random(seed);
        this.openMeans = openMeans;
        this.channels = homes.probeChannels();
        for (String region : regions) {
            competitors.put(region, fleet.newPublisher("race", region, tally));
            impatient.add(fleet.newPublisher("impatient", region, tally));
            pending.put(region, CompletableFuture.completedFuture(0L));
        }
        for (int i = 0; i < VISITORS; i++) {
            String channel = channels.get(i % channels.size());
            visitors.add(new Visitor(fleet, regions, channel, history, homes, new Random(random.nextLong())));
        }
    }

    /** Channels besides those of the chat and the probes. */
    static List<String> channels() {
        return List.of(RACE_CHANNEL, BULK_CHANNEL);
    }

    void start() {
        visitors.forEach(Visitor::start);
        timer.scheduleAtFixedRate(this::turn, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void turn() {
        competitors.forEach((region, competitor) -> {
            pending.computeIfPresent(region, (same, last) -> last.isDone() ? compete(competitor, last) : last);
            ask(region, competitor);
        });
        impatient.forEach(publisher -> publisher.publishBriefly(anyChannel(), "at once or never", BRIEF, openMeans));
    }

    private String anyChannel() {
        return channels.get(random.nextInt(channels.size()));
    }

    /** Two at once, so that even one who is alone in knowing the channel's end has somebody to compete with. */
    private static CompletableFuture<Long> compete(RecordingPublisher competitor, CompletableFuture<Long> last) {
        long expected = last.join();
        return competitor
                .publishIf(RACE_CHANNEL, expected, "after " + expected)
                .thenCombine(competitor.publishIf(RACE_CHANNEL, expected, "rival after " + expected), Math::max);
    }

    /** An answer that has to wait for a leader doesn't keep anybody from asking about other channels. */
    private void ask(String region, RecordingPublisher competitor) {
        String channel = random.nextInt(3) == 0 ? RACE_CHANNEL : anyChannel();
        questions.compute(
                region + " " + channel,
                (same, last) -> last == null || last.isDone() ? competitor.askEnd(channel) : last);
    }

    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        for (Visitor visitor : visitors) {
            visitor.close();
        }
    }
}
