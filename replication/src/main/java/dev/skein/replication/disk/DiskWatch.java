package dev.skein.replication.disk;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import dev.skein.replication.DiskReport;
import dev.skein.replication.DiskReport.Condition;
import dev.skein.replication.DiskRules;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a node's disk. When it stands still, leaderships are handed over, which needs no disk as long as the others have theirs; whatever
 * isn't handed over within {@link #HAND_OVER_NANOS} is given up by silence: see {@link DiskFitness#mayLead}.
 */
public final class DiskWatch implements DiskFitness, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    private static final long TICK_MILLIS = 50;

    /** A look later than this means that the process stood still itself. */
    private static final long LOOK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(200);

    /** Covers the acknowledgements under way between the farthest regions, and the word to the heir. */
    static final long HAND_OVER_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final DiskRules rules;
    private final Supplier<OptionalLong> logBusySince;
    private final Supplier<OptionalLong> probeBusySince;
    private final Supplier<OptionalLong> freeBytes;
    private final TimeSource time;
    private final OperationAge logAge = new OperationAge(LOOK_NANOS_MAX);
    private final OperationAge probeAge = new OperationAge(LOOK_NANOS_MAX);
    private final StallJudge stall;
    private final SpaceJudge space;
    private final ScheduledExecutorService thread;
    private final ExecutorService giveUp;
    private final Counter stalls;
    private volatile View view = new View(StallJudge.Phase.WELL, 0, 0, SpaceJudge.Room.ENOUGH, -1, 0);
    private Runnable onStall = () -> {};
    private Consumer<String> onEnd = reason -> {};
    private boolean ended;

    /**
     * What was seen last; replaced as a whole.
     *
     * @param sinceNanos when the phase began
     * @param noticedNanos when the phase was noticed
     */
    private record View(
            StallJudge.Phase phase,
            long sinceNanos,
            long noticedNanos,
            SpaceJudge.Room room,
            long freeBytes,
            long ageNanos) {}

    /**
     * A watch that isn't started: everything is well.
     *
     * @param logBusySince since when the log has been writing, as the clock says
     * @param probeBusySince since when the probe has been writing
     * @param freeBytes room on the disk, once it is known
     */
    public DiskWatch(
            String node,
            DiskRules rules,
            Supplier<OptionalLong> logBusySince,
            Supplier<OptionalLong> probeBusySince,
            Supplier<OptionalLong> freeBytes,
            TimeSource time,
            MetricRegistry metrics) {
        this.rules = rules;
        this.logBusySince = logBusySince;
        this.probeBusySince = probeBusySince;
        this.freeBytes = freeBytes;
        this.time = time;
        this.stall = new StallJudge(rules.stallAfter().toNanos());
        this.space = new SpaceJudge(rules);
        this.thread = Executors.newSingleThreadScheduledExecutor(named("skein-" + node + "-disk"));
        this.giveUp = new ThreadPoolExecutor(
                0, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1), named("skein-" + node + "-giveup"));
        this.stalls = metrics.counter("disk.stalls");
        gauge(metrics, "disk.stalled", () -> report().isStalled() ? 1 : 0);
        gauge(metrics, "disk.free_bytes", () -> view.freeBytes);
        gauge(metrics, "disk.busy_seconds", () -> view.ageNanos / 1e9);
    }

    /** The newest watch of a registry counts: a node may be started again in the same process. */
    private static void gauge(MetricRegistry metrics, String name, Gauge<?> gauge) {
        metrics.remove(name);
        metrics.register(name, gauge);
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        };
    }

    /**
     * Begins to look.
     *
     * @param whenStalled hands leaderships over; may wait for Raft's locks
     * @param whenTooLong told once, with the reason, when a stall has lasted so long that the process is to end
     */
    public void start(Runnable whenStalled, Consumer<String> whenTooLong) {
        onStall = whenStalled;
        onEnd = whenTooLong;
        thread.scheduleWithFixedDelay(this::safeTick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void safeTick() {
        try {
            tick();
        } catch (RuntimeException defect) {
            LOG.error("the disk was not looked at", defect);
        }
    }

    /** One look; the watch's thread does it again and again. */
    void tick() {
        long now = time.nanoTime();
        long age = Math.max(logAge.look(now, logBusySince.get()), probeAge.look(now, probeBusySince.get()));
        View before = view;
        StallJudge.Phase phase = stall.judge(now, age);
        long free = freeBytes.get().orElse(-1);
        SpaceJudge.Room room = free < 0 ? before.room : space.judge(free);
        long noticed = phase == before.phase ? before.noticedNanos : now;
        view = new View(phase, stall.sinceNanos(), noticed, room, free, age);
        tellChanges(before, view);
        boolean tooLong = !rules.stallEnd().isZero()
                && phase == StallJudge.Phase.STALLED
                && age >= rules.stallEnd().toNanos();
        if (tooLong && !ended) {
            ended = true;
            onEnd.accept(report().text());
        }
    }

    private void tellChanges(View before, View now) {
        if (now.phase != before.phase) {
            tellPhase(now);
        }
        if (now.room != before.room) {
            LOG.warn("disk: {}", now.room == SpaceJudge.Room.ENOUGH ? "there is room again" : report().text());
        }
    }

    private void tellPhase(View now) {
        switch (now.phase) {
            case STALLED -> {
                stalls.inc();
                LOG.warn("disk: {}; leaderships are given up", report().text());
                try {
                    giveUp.execute(onStall);
                } catch (RejectedExecutionException underWay) {
                    LOG.info("disk: leaderships are being given up already");
                }
            }
            case RECOVERING -> LOG.warn("disk: writes and syncs end again; leaderships are taken later");
            case WELL -> LOG.info("disk: well for a while; this node takes part as before");
        }
    }

    // ------------------------------------------------------------------ what others ask

    @Override
    public boolean takesRequests() {
        return view.phase != StallJudge.Phase.STALLED;
    }

    @Override
    public boolean takesEntries() {
        return view.room != SpaceJudge.Room.NONE;
    }

    @Override
    public boolean mayLead() {
        View now = view;
        return now.phase != StallJudge.Phase.STALLED || time.nanoTime() - now.noticedNanos < HAND_OVER_NANOS;
    }

    @Override
    public boolean mayStand() {
        View now = view;
        return switch (now.phase) {
            case WELL -> true;
            case STALLED -> false;
            case RECOVERING -> time.nanoTime() - now.sinceNanos >= StallJudge.STAND_NANOS;
        };
    }

    @Override
    public boolean wantsLeadership() {
        View now = view;
        return now.phase == StallJudge.Phase.WELL && now.room == SpaceJudge.Room.ENOUGH;
    }

    @Override
    public boolean hasRoom() {
        return view.room == SpaceJudge.Room.ENOUGH;
    }

    /** How the disk is. */
    public DiskReport report() {
        View now = view;
        if (now.phase == StallJudge.Phase.STALLED) {
            return new DiskReport(
                    Condition.STALLED,
                    String.format(
                            Locale.ROOT,
                            "a write or sync under way: %.1f s (expected: less than %.1f s)",
                            now.ageNanos / 1e9,
                            rules.stallAfter().toNanos() / 1e9));
        }
        if (now.room != SpaceJudge.Room.ENOUGH) {
            return new DiskReport(
                    now.room == SpaceJudge.Room.LOW ? Condition.LOW : Condition.FULL,
                    "bytes free: " + now.freeBytes + " (expected: at least " + rules.freeBytesEnough() + ")");
        }
        return now.phase == StallJudge.Phase.RECOVERING
                ? new DiskReport(Condition.RECOVERING, "stood still a short time ago")
                : DiskReport.WELL;
    }

    /** Stops looking; doesn't wait for whoever waits for the disk. */
    @Override
    public void close() {
        thread.shutdownNow();
        giveUp.shutdownNow();
    }
}
