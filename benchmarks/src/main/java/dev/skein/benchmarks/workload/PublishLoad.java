package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.system.TargetClient;
import dev.skein.benchmarks.system.TargetClient.Outlet;
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
 *
 * <p>As fast as answers come, messages go out in bursts as there is room, and of each burst only the first is timed: reading clocks and recording
 * would otherwise be a good part of what is measured.
 */
final class PublishLoad implements AutoCloseable {

    /** Messages unanswered at least, while saturating: with fewer, a system that answers in batches would be measured by its pauses. */
    private static final int WINDOW_MIN = 2_000;

    private static final int BURST = 64;
    private static final long NAP_NANOS = 50_000;

    /** With a full window of so many or more, nothing is lost by looking again this much later. */
    private static final int WIDE_WINDOW = 1_000;

    private static final long LONG_NAP_NANOS = 500_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Outlet[] outlets;
    private final Stamp stamp;
    private final boolean stamping;
    private final int inFlightMax;
    private final SendWindow window;
    private final Acks acks;
    private final LongSupplier completed;
    private final Thread thread = new Thread(this::run, "publish-load");

    /** Of the sending thread. */
    private int turn;

    private volatile boolean running = true;
    private volatile long intervalNanos;
    private volatile boolean paused = true;

    /** The thread has seen that it is paused. */
    private volatile boolean resting;

    /**
     * A message is complete when it is acknowledged. Payloads carry their intended time only at a fixed rate.
     *
     * @param inFlightMax incomplete messages at most
     * @param acks may be shared by several loads
     */
    PublishLoad(TargetClient client, List<String> channels, int payloadBytes, int inFlightMax, Acks acks) {
        this.outlets = outlets(client, channels);
        this.stamp = new Stamp(payloadBytes, new Random(payloadBytes));
        this.stamping = false;
        this.inFlightMax = inFlightMax;
        this.window = new SendWindow(WINDOW_MIN, inFlightMax, System.nanoTime());
        this.acks = acks;
        this.completed = acks::answeredCount;
        start();
    }

    private PublishLoad(Outlet[] outlets, Stamp stamp, SendWindow window, Acks acks, LongSupplier completed) {
        this.outlets = outlets;
        this.stamp = stamp;
        this.stamping = true;
        this.inFlightMax = Integer.MAX_VALUE;
        this.window = window;
        this.acks = acks;
        this.completed = completed;
        start();
    }

    /**
     * All payloads carry their intended times.
     *
     * @param completed how many messages are complete
     */
    static PublishLoad completing(
            TargetClient client,
            List<String> channels,
            Stamp stamp,
            SendWindow window,
            Acks acks,
            LongSupplier completed) {
        return new PublishLoad(outlets(client, channels), stamp, window, acks, completed);
    }

    private static Outlet[] outlets(TargetClient client, List<String> channels) {
        return channels.stream().map(client::outlet).toArray(Outlet[]::new);
    }

    private void start() {
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
        while (running) {
            resting = paused;
            if (resting) {
                LockSupport.parkNanos(NAP_NANOS * 10);
                intended = System.nanoTime();
            } else if (intervalNanos == 0) {
                intended = System.nanoTime();
                burst(intended);
            } else if (acks.sentCount() - completed.getAsLong() >= inFlightMax) {
                LockSupport.parkNanos(NAP_NANOS);
            } else {
                intended = nextIntended(intended);
                acks.sent(1);
                send(stamp.payload(intended), intended);
            }
        }
    }

    private void burst(long now) {
        int size = window.size(now, completed);
        long room = size - (acks.sentCount() - completed.getAsLong());
        if (room <= 0) {
            LockSupport.parkNanos(size >= WIDE_WINDOW ? LONG_NAP_NANOS : NAP_NANOS);
            return;
        }
        int count = (int) Math.min(room, BURST);
        byte[] payload = stamping ? stamp.payload(now) : stamp.unstamped();
        acks.sent(count);
        send(payload, now);
        for (int i = 1; i < count; i++) {
            send(payload, Acks.UNTIMED);
        }
    }

    private long nextIntended(long last) {
        long interval = intervalNanos;
        long intended = last + interval;
        for (long early = intended - System.nanoTime(); early > 0 && running; early = intended - System.nanoTime()) {
            LockSupport.parkNanos(early);
        }
        return intended;
    }

    private void send(byte[] payload, long token) {
        Outlet outlet = outlets[turn];
        turn = turn + 1 == outlets.length ? 0 : turn + 1;
        try {
            outlet.publish(payload, token, acks);
        } catch (RuntimeException refused) {
            acks.failed(token, refused);
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
