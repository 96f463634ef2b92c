package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.system.TargetClient;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Publishes to channels in turn, from one thread of its own: at a fixed rate, or as fast as answers come.
 *
 * <p>At a fixed rate every message has an intended time that depends on nothing but the rate. When the system or this thread falls
 * behind, messages go out late, and their lateness is part of their latency. So no stall is left out of the figures.
 */
final class PublishLoad implements AutoCloseable {

    /** Messages unanswered at least, while saturating: with fewer, a system that answers in batches would be measured by its pauses. */
    private static final int WINDOW_MIN = 2_000;

    private static final long NAP_NANOS = 50_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final TargetClient client;
    private final List<String> channels;
    private final Stamp stamp;
    private final int inFlightMax;
    private final SendWindow window;
    private final Acks acks;
    private final LongSupplier completed;
    private final Thread thread = new Thread(this::run, "publish-load");

    private volatile boolean running = true;
    private volatile long intervalNanos;
    private volatile boolean paused = true;

    /** The thread has seen that it is paused. */
    private volatile boolean resting;

    /**
     * A message is complete when it is acknowledged.
     *
     * @param inFlightMax incomplete messages at most
     * @param acks may be shared by several loads
     */
    PublishLoad(TargetClient client, List<String> channels, int payloadBytes, int inFlightMax, Acks acks) {
        this(
                client,
                channels,
                new Stamp(payloadBytes, new Random(payloadBytes)),
                inFlightMax,
                new SendWindow(WINDOW_MIN, inFlightMax, System.nanoTime()),
                acks,
                acks::answeredCount);
    }

    /**
     * @param completed how many messages are complete
     */
    static PublishLoad completing(
            TargetClient client,
            List<String> channels,
            Stamp stamp,
            SendWindow window,
            Acks acks,
            LongSupplier completed) {
        return new PublishLoad(client, channels, stamp, Integer.MAX_VALUE, window, acks, completed);
    }

    private PublishLoad(
            TargetClient client,
            List<String> channels,
            Stamp stamp,
            int inFlightMax,
            SendWindow window,
            Acks acks,
            LongSupplier completed) {
        this.client = client;
        this.channels = List.copyOf(channels);
        this.stamp = stamp;
        this.inFlightMax = inFlightMax;
        this.window = window;
        this.acks = acks;
        this.completed = completed;
        thread.setDaemon(true);
        thread.start();
    }

    /** Goes on at this rate; 0 means as fast as there is room. */
    void go(int ratePerSecond) {
        intervalNanos = ratePerSecond == 0 ? 0 : SECOND / ratePerSecond;
        paused = false;
    }

    /** Sends nothing more. Answers may still be missing; see {@link #drain}. */
    void pause() {
        paused = true;
    }

    /** Pauses, and waits until every publish has been answered; answers whether that was in time. */
    boolean drain(Duration timeout) {
        pause();
        long deadline = System.nanoTime() + timeout.toNanos();
        while ((acks.inFlight() > 0 || !resting) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(NAP_NANOS);
        }
        return acks.inFlight() == 0;
    }

    private void run() {
        long intended = System.nanoTime();
        int turn = 0;
        while (running) {
            resting = paused;
            if (resting) {
                LockSupport.parkNanos(NAP_NANOS * 10);
                intended = System.nanoTime();
                continue;
            }
            if (acks.sentCount() - completed.getAsLong() >= room()) {
                LockSupport.parkNanos(NAP_NANOS);
                continue;
            }
            intended = nextIntended(intended);
            send(channels.get(turn), intended);
            turn = turn + 1 == channels.size() ? 0 : turn + 1;
        }
    }

    private int room() {
        return intervalNanos == 0 ? window.size(System.nanoTime(), completed) : inFlightMax;
    }

    private long nextIntended(long last) {
        long interval = intervalNanos;
        if (interval == 0) {
            return System.nanoTime();
        }
        long intended = last + interval;
        for (long early = intended - System.nanoTime(); early > 0 && running; early = intended - System.nanoTime()) {
            LockSupport.parkNanos(early);
        }
        return intended;
    }

    private void send(String channel, long intended) {
        acks.sent();
        try {
            client.publish(channel, stamp.payload(intended), intended, acks);
        } catch (RuntimeException refused) {
            acks.failed(intended, refused);
        }
    }

    /** Stops the thread; the client stays open. */
    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
        try {
            thread.join(SECOND / 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
