package dev.skein.systemtests.faults;

import dev.skein.systemtests.history.History;
import dev.skein.systemtests.traffic.Fleet;
import dev.skein.systemtests.traffic.Homes;
import dev.skein.systemtests.traffic.RecordingPublisher;
import dev.skein.systemtests.traffic.Tally;
import dev.skein.systemtests.traffic.Visitor;
import java.io.IOException;
import java.util.ArrayList;
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
 * where channels end, and visitors that resume in another region all the time. One timer thread sends; answers come on callback threads.
 */
final class Workload implements AutoCloseable {

    /** Where conditional publishes compete. */
    static final String RACE_CHANNEL = "default:faults.race/0";

    /** Where large messages go for those who don't read. */
    static final String BULK_CHANNEL = "default:faults.bulk/0";

    private static final long PERIOD_MILLIS = 150;
    private static final int VISITORS = 2;

    private final Map<String, RecordingPublisher> competitors = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<Long>> pending = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<?>> questions = new LinkedHashMap<>();
    private final List<Visitor> visitors = new ArrayList<>();
    private final List<String> channels;
    private final Random random;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "faults-workload");
        thread.setDaemon(true);
        return thread;
    });

    Workload(Fleet fleet, List<String> regions, Homes homes, History history, Tally tally, long seed)
            throws IOException {
        this.random = new Random(seed);
        this.channels = homes.probeChannels();
        for (String region : regions) {
            competitors.put(region, fleet.newPublisher("race", region, tally));
            pending.put(region, CompletableFuture.completedFuture(0L));
            questions.put(region, CompletableFuture.completedFuture(null));
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
            questions.computeIfPresent(region, (same, last) -> last.isDone() ? ask(competitor) : last);
        });
    }

    private static CompletableFuture<Long> compete(RecordingPublisher competitor, CompletableFuture<Long> last) {
        long expected = last.join();
        return competitor.publishIf(RACE_CHANNEL, expected, "after " + expected);
    }

    private CompletableFuture<?> ask(RecordingPublisher competitor) {
        boolean race = random.nextInt(3) == 0;
        return competitor.askEnd(race ? RACE_CHANNEL : channels.get(random.nextInt(channels.size())));
    }

    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        for (Visitor visitor : visitors) {
            visitor.close();
        }
    }
}
