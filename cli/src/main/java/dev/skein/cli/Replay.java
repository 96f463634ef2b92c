package dev.skein.cli;

import dev.skein.client.OutgoingMessage;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinClientBuilder;
import dev.skein.client.SkeinException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Publishes a chat file at its own pace. The reading thread waits when {@value #IN_FLIGHT_MAX} messages are unanswered, so a slow cluster
 * slows the replay down and fills no queue.
 */
final class Replay implements AutoCloseable {

    private static final int IN_FLIGHT_MAX = 2_000;
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);
    private static final int MALFORMED_SHOWN_MAX = 10;
    private static final long MICROS_MAX = TimeUnit.MINUTES.toMicros(10);

    private final Plan plan;
    private final PrintWriter err;
    private final List<SkeinClient> clients = new ArrayList<>();
    private final Semaphore room = new Semaphore(IN_FLIGHT_MAX);
    private final ConcurrentHistogram ackMicros = new ConcurrentHistogram(MICROS_MAX, 3);
    private final LongAdder acked = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private long read;
    private long malformed;
    private long startedNanos;
    private long progressNanos;
    private long firstTime = -1;

    /** What to replay. */
    record Plan(Path file, String namespace, double speed, long limit, boolean strict) {}

    Replay(Plan plan, SkeinClientBuilder builder, int clientCount, PrintWriter err) {
        this.plan = plan;
        this.err = err;
        for (int i = 0; i < clientCount; i++) {
            clients.add(builder.build());
        }
    }

    Result run() throws IOException, InterruptedException, MalformedLineException {
        startedNanos = System.nanoTime();
        progressNanos = startedNanos;
        try (ChatFile file = ChatFile.open(plan.file())) {
            for (Optional<ChatMessage> next = next(file); next.isPresent() && read < plan.limit(); next = next(file)) {
                read++;
                publish(next.get());
                progress(false);
            }
        }
        while (!room.tryAcquire(IN_FLIGHT_MAX, PROGRESS_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            progress(false);
        }
        progress(true);
        return result();
    }

    @Override
    public void close() {
        clients.forEach(SkeinClient::close);
    }

    private Optional<ChatMessage> next(ChatFile file) throws IOException, MalformedLineException {
        while (true) {
            try {
                return file.next();
            } catch (MalformedLineException bad) {
                malformed++;
                if (plan.strict()) {
                    throw bad;
                }
                if (malformed <= MALFORMED_SHOWN_MAX) {
                    err.println(bad.getMessage());
                    err.flush();
                }
            }
        }
    }

    private void publish(ChatMessage message) throws InterruptedException {
        waitForItsTime(message);
        while (!room.tryAcquire(PROGRESS_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            progress(false);
        }
        long sent = System.nanoTime();
        String channel = message.channelIn(plan.namespace());
        SkeinClient client = clients.get(Math.floorMod(channel.hashCode(), clients.size()));
        OutgoingMessage outgoing = OutgoingMessage.of(message.text()).withHeader("sender", message.sender());
        client.publish(channel, outgoing).whenComplete((receipt, failure) -> {
            if (failure == null) {
                took(receipt, sent);
            } else {
                count(failure);
            }
            room.release();
        });
    }

    private void waitForItsTime(ChatMessage message) {
        if (firstTime < 0) {
            firstTime = message.timeMillis();
        }
        if (plan.speed() == 0) {
            return;
        }
        double dueMillis = (message.timeMillis() - firstTime) / plan.speed();
        long due = startedNanos + (long) (dueMillis * 1e6);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, PROGRESS_EVERY.toNanos()));
            progress(false);
        }
    }

    private void took(Receipt receipt, long sentNanos) {
        ackMicros.recordValue(Math.min(MICROS_MAX, (System.nanoTime() - sentNanos) / 1_000));
        acked.increment();
        if (receipt.duplicate()) {
            duplicates.increment();
        }
    }

    private void count(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        boolean open = !(cause instanceof SkeinException known) || known.outcomeUnknown();
        (open ? unknown : failed).increment();
        if (failed.sum() + unknown.sum() == 1) {
            err.println("first failure: " + cause.getMessage());
            err.flush();
        }
    }

    private void progress(boolean last) {
        long now = System.nanoTime();
        if (!last && now - progressNanos < PROGRESS_EVERY.toNanos()) {
            return;
        }
        progressNanos = now;
        String text = String.format(
                "%6.1fs  read %d  acked %d  failed %d  unknown %d  malformed %d  in flight %d",
                (now - startedNanos) / 1e9,
                read,
                acked.sum(),
                failed.sum(),
                unknown.sum(),
                malformed,
                last ? 0 : IN_FLIGHT_MAX - room.availablePermits());
        err.println(text);
        err.flush();
    }

    private Result result() {
        return new Result(
                read,
                acked.sum(),
                duplicates.sum(),
                failed.sum(),
                unknown.sum(),
                malformed,
                (System.nanoTime() - startedNanos) / 1e9,
                ackMicros.getValueAtPercentile(50) / 1e3,
                ackMicros.getValueAtPercentile(99) / 1e3,
                ackMicros.getMaxValue() / 1e3);
    }

    /** What became of a replay. Times in the unit that their names say. */
    record Result(
            long read,
            long acked,
            long duplicates,
            long failed,
            long unknown,
            long malformed,
            double seconds,
            double ackP50Millis,
            double ackP99Millis,
            double ackMaxMillis) {

        Map<String, Object> json() {
            return Json.of(
                    "read", read,
                    "acked", acked,
                    "duplicates", duplicates,
                    "failed", failed,
                    "unknown", unknown,
                    "malformed", malformed,
                    "seconds", seconds,
                    "ackMs", Json.of("p50", ackP50Millis, "p99", ackP99Millis, "max", ackMaxMillis));
        }

        Output.Table table() {
            return new Output.Table(
                            "READ",
                            "ACKED",
                            "DUPLICATES",
                            "FAILED",
                            "UNKNOWN",
                            "MALFORMED",
                            "SECONDS",
                            "P50 ms",
                            "P99 ms",
                            "MAX ms")
                    .row(
                            read,
                            acked,
                            duplicates,
                            failed,
                            unknown,
                            malformed,
                            String.format("%.1f", seconds),
                            String.format("%.1f", ackP50Millis),
                            String.format("%.1f", ackP99Millis),
                            String.format("%.1f", ackMaxMillis));
        }
    }
}
