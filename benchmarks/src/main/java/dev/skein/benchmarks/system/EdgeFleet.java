package dev.skein.benchmarks.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients with a WebSocket each that come back when they lose it, as the JavaScript SDK does: after half a second to a second, later with each
 * attempt in vain, at the next address in turn, from where they were. They count what they miss and what they see twice. Used by one thread.
 */
public final class EdgeFleet implements AutoCloseable {

    private static final long DELAY_MILLIS_MIN = 500;
    private static final long DELAY_MILLIS_MAX = 20_000;
    private static final int STEPS_MAX = 16;
    private static final long START_SECONDS = 120;
    private static final int OPENING_MAX = 100;

    private final EdgeDialer dialer = new EdgeDialer();
    private final List<String> addresses;
    private final List<Client> clients = new ArrayList<>();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final AtomicInteger subscribed = new AtomicInteger();
    private final Semaphore opening = new Semaphore(OPENING_MAX);
    private volatile boolean closed;

    /** Opens all at the first address; the others are for later. */
    EdgeFleet(List<String> addresses, List<String> channels) throws IOException {
        this.addresses = addresses;
        try {
            for (String channel : channels) {
                if (!opening.tryAcquire(START_SECONDS, TimeUnit.SECONDS)) {
                    break;
                }
                Client client = new Client(channel);
                clients.add(client);
                client.dial();
            }
            opening.tryAcquire(OPENING_MAX, START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IOException("interrupted while opening WebSockets", e);
        }
        if (subscribed.get() < channels.size()) {
            close();
            throw new IOException(channels.size() - subscribed.get() + " WebSockets did not start");
        }
    }

    public int size() {
        return clients.size();
    }

    /** Messages that reached clients. */
    public long delivered() {
        return delivered.sum();
    }

    /** Times that something was missing. */
    public long gaps() {
        return gaps.sum();
    }

    public long duplicates() {
        return duplicates.sum();
    }

    /** Clients that went on from where they were at least once. */
    public int resumed() {
        return (int) clients.stream().filter(client -> client.resumedNanos != 0).count();
    }

    /** How long after a moment each client that went on did so, sorted, in milliseconds. */
    public double[] resumedAfter(long nanos) {
        return clients.stream()
                .filter(client -> client.resumedNanos != 0)
                .mapToDouble(client -> (client.resumedNanos - nanos) / 1e6)
                .sorted()
                .toArray();
    }

    @Override
    public void close() {
        closed = true;
        dialer.close();
    }

    /** All but the reader's fields belong to the dialer's thread, after the first dialling. */
    private final class Client implements EdgeSocket.Listener {

        private final String channel;
        private final EdgeSocket.Position position = new EdgeSocket.Position();
        private boolean begun;
        private long last;
        private int step;
        private int turn;
        private volatile long resumedNanos;

        Client(String channel) {
            this.channel = channel;
        }

        void dial() {
            dialer.dial(addresses.get(turn % addresses.size()), new EdgeSocket(channel, position, this));
        }

        @Override
        public void subscribed(boolean recovered) {
            step = 0;
            if (begun) {
                if (recovered) {
                    resumedNanos = System.nanoTime();
                } else {
                    gaps.increment();
                }
                return;
            }
            begun = true;
            last = position.offset();
            subscribed.incrementAndGet();
            opening.release();
        }

        @Override
        public void received(ByteBuffer payload, long offset) {
            delivered.increment();
            if (offset <= last) {
                duplicates.increment();
            } else if (offset > last + 1) {
                gaps.increment();
            }
            last = Math.max(last, offset);
        }

        @Override
        public void ended(String why) {
            if (closed) {
                return;
            }
            turn++;
            long spread = Math.min(DELAY_MILLIS_MAX, DELAY_MILLIS_MIN << Math.min(step++, STEPS_MAX));
            long delay = DELAY_MILLIS_MIN + ThreadLocalRandom.current().nextLong(spread);
            dialer.later(this::dial, Math.min(DELAY_MILLIS_MAX, delay));
        }
    }
}
