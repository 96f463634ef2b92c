package dev.skein.systemtests.drill;

import dev.skein.systemtests.launch.Progress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says the counters every few seconds. */
final class LiveLine implements AutoCloseable {

    private static final long PERIOD_SECONDS = 5;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "drill-live-line");
        thread.setDaemon(true);
        return thread;
    });

    LiveLine(Tally tally, Progress progress) {
        timer.scheduleAtFixedRate(
                () -> progress.say("  ... " + tally), PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
