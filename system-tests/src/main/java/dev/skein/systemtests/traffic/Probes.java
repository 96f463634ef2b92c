package dev.skein.systemtests.traffic;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Publishes on every probe channel from every region, whether or not earlier ones are answered: the longest time without an answer is the
 * gap that an application with steady traffic would see.
 */
public final class Probes implements AutoCloseable {

    /** Of one region on one channel; also what a gap can be told apart from nothing. */
    static final long PERIOD_MILLIS = 100;

    private final Fleet fleet;
    private final List<String> regions;
    private final List<String> channels;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "probes");
        thread.setDaemon(true);
        return thread;
    });
    private long turn;

    public Probes(Fleet fleet, List<String> regions, List<String> channels) {
        this.fleet = fleet;
        this.regions = regions;
        this.channels = channels;
    }

    public void start() {
        timer.scheduleAtFixedRate(this::publish, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void publish() {
        turn++;
        for (String region : regions) {
            for (String channel : channels) {
                fleet.probe(region).offer(channel, "probe", "turn " + turn + " in " + region);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
