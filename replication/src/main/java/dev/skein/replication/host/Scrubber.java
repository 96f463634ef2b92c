package dev.skein.replication.host;

import com.codahale.metrics.MetricRegistry;
import dev.skein.replication.ReplicationConfig;
import dev.skein.replication.ScrubReport;
import dev.skein.replication.nodelog.LogScrub;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.replication.nodelog.ReadRepair;
import dev.skein.replication.nodelog.RecordCopies;
import dev.skein.replication.nodelog.ScrubResult;
import dev.skein.replication.nodelog.SegmentedNodeLog;
import dev.skein.replication.nodelog.SlotFile;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for rot before a reader meets it: reads the log, the terms and votes, the snapshots and the store again and again, slowly, and has
 * mended what it finds. A reader that comes first has its segment mended at once.
 *
 * <p>Threads: {@code scrub} reads, at its pace; {@code mend} mends what readers met. Reports are read anywhere.
 */
final class Scrubber implements ReadRepair {

    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);

    /** How long a read waits for its entry. Longer than an answer of one peer that is up. */
    private static final long READER_WAITS_MILLIS = 3_000;

    /** What no peer had is asked for again after this time. */
    private static final long RETRY_MILLIS = 5_000;

    /** Something besides the log that is read again. */
    interface Files {

        /** Reads all of it; asks for what has to be done about damage. */
        ScrubResult scrub(LongConsumer pace) throws IOException;
    }

    private final ReplicationConfig config;
    private final NodeThreads threads;
    private final SegmentedNodeLog log;
    private final Consumer<Throwable> onDamage;
    private final Map<Integer, CompletableFuture<Boolean>> mending = new ConcurrentHashMap<>();
    private final Map<String, String> waiting = new ConcurrentHashMap<>();
    private final AtomicLong passes = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong found = new AtomicLong();
    private final AtomicLong repaired = new AtomicLong();
    private volatile RecordCopies copies = RecordCopies.none();
    private volatile Map<String, Files> files = Map.of();

    Scrubber(ReplicationConfig config, NodeThreads threads, SegmentedNodeLog log, Consumer<Throwable> onDamage) {
        this.config = config;
        this.threads = threads;
        this.log = log;
        this.onDamage = onDamage;
        gauges(config.metrics());
        log.onRot(number -> mend(number, 0));
    }

    private void gauges(MetricRegistry metrics) {
        Map<String, AtomicLong> figures =
                Map.of("scrub.passes", passes, "scrub.bytes", bytes, "scrub.found", found, "scrub.repaired", repaired);
        figures.forEach((name, figure) -> gauge(metrics, name, figure));
        metrics.remove("scrub.waiting");
        metrics.registerGauge("scrub.waiting", waiting::size);
    }

    private static void gauge(MetricRegistry metrics, String name, AtomicLong figure) {
        metrics.remove(name);
        metrics.registerGauge(name, figure::get);
    }

    /** Whom to ask for records from now on. */
    void ask(RecordCopies source) {
        copies = source;
    }

    /** Begins to look, at the log and at these, by name. */
    void start(Map<String, Files> besides) {
        files = Map.copyOf(besides);
        if (config.scrub().bytesPerSecond() > 0) {
            long pause = config.scrub().pause().toMillis();
            threads.scrub.scheduleWithFixedDelay(this::pass, pause, pause, TimeUnit.MILLISECONDS);
        }
    }

    ScrubReport report() {
        String text = waiting.values().stream().sorted().findFirst().orElse("");
        return new ScrubReport(passes.get(), bytes.get(), found.get(), repaired.get(), text);
    }

    private void pass() {
        ScrubPace pace = new ScrubPace(
                config.scrub().bytesPerSecond(),
                config.metrics().meter("nodelog.bytes-written")::getCount,
                threads::isClosing,
                config.time());
        try {
            LogScrub scrub = log.scrub();
            for (int segment : scrub.sealed()) {
                ScrubResult result = scrub.scrub(segment, copies, pace);
                take("segment " + segment, result);
                if (result.waiting().isPresent()) {
                    mend(segment, RETRY_MILLIS);
                }
            }
            take("floor", scrub.scrubFloor());
            for (Map.Entry<String, Files> each : files.entrySet()) {
                take(each.getKey(), each.getValue().scrub(pace));
            }
            passes.incrementAndGet();
        } catch (NodeLogDamagedException lost) {
            onDamage.accept(lost);
        } catch (CancellationException closing) {
            LOG.debug("scrub: {}", closing.getMessage());
        } catch (IOException | RuntimeException failed) {
            LOG.error("scrub: a pass was not finished", failed);
        }
    }

    private void take(String what, ScrubResult result) {
        bytes.addAndGet(result.bytes());
        if (result.waiting().isPresent()) {
            // Counted when it is mended: each look finds it again.
            if (waiting.put(what, result.waiting().get()) == null) {
                LOG.warn("scrub: {}", result.waiting().get());
            }
            return;
        }
        waiting.remove(what);
        found.addAndGet(result.found());
        repaired.addAndGet(result.repaired());
    }

    /** Terms and votes: few and small. */
    static Files slots(Set<SlotFile> open) {
        return pace -> {
            ScrubResult all = ScrubResult.NOTHING;
            for (SlotFile file : open) {
                all = all.plus(file.scrub());
            }
            pace.accept(all.bytes());
            return all;
        };
    }

    @Override
    public boolean mend(NodeLogDamagedException damaged, boolean wait) {
        if (!log.scrub().sealed().contains(damaged.segment())) {
            onDamage.accept(damaged);
            return false;
        }
        LOG.warn("a read met damage: {}", damaged.getMessage());
        CompletableFuture<Boolean> done = mend(damaged.segment(), 0);
        try {
            return wait && done.get(READER_WAITS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException later) {
            return false;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** One attempt at a segment at a time; false when it has to be tried again. */
    private CompletableFuture<Boolean> mend(int segment, long afterMillis) {
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> present = mending.putIfAbsent(segment, mine);
        if (present != null) {
            return present;
        }
        try {
            threads.mend.schedule(() -> attempt(segment, mine), afterMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            mending.remove(segment);
            mine.complete(false);
        }
        return mine;
    }

    private void attempt(int segment, CompletableFuture<Boolean> done) {
        Optional<String> missing = Optional.of("not looked at");
        try {
            ScrubResult result = log.scrub().scrub(segment, copies, ignored -> {});
            take("segment " + segment, result);
            missing = result.waiting();
        } catch (NodeLogDamagedException lost) {
            onDamage.accept(lost);
        } catch (IOException | RuntimeException failed) {
            LOG.error("segment {} not mended", segment, failed);
        } finally {
            mending.remove(segment, done);
            done.complete(missing.isEmpty());
        }
        if (missing.isPresent()) {
            mend(segment, RETRY_MILLIS);
        }
    }
}
