package dev.skein.systemtests.traffic;

import dev.skein.systemtests.launch.Progress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says the counters every few seconds. */
public final class LiveLine implements AutoCloseable {

    private static final long PERIOD_SECONDS = 5;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "live-line");
        thread.setDaemon(true);
        return thread;
    });

    public LiveLine(Tally tally, Progress progress) {
        timer.scheduleAtFixedRate(
                () -> progress.say("  ... " + tally), PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
