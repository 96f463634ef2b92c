package dev.skein.benchmarks.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Subscriptions that are WebSockets to one node's edge, one each. It only listens. */
final class EdgeSockets implements TargetClient {

    private static final long START_SECONDS = 120;

    /** Handshakes under way at once: fewer than a listening socket lets wait. */
    private static final int OPENING_MAX = 100;

    private final EdgeDialer dialer = new EdgeDialer();
    private final String address;
    private final String channelPrefix;

    /** @param channelPrefix put before each channel's name */
    EdgeSockets(String address, String channelPrefix) {
        this.address = address;
        this.channelPrefix = channelPrefix;
    }

    @Override
    public Outlet outlet(String channel) {
        throw new UnsupportedOperationException("these only listen");
    }

    @Override
    public AutoCloseable subscribe(List<String> channels, From from, Receiver receiver) throws IOException {
        if (from != From.NOW) {
            throw new UnsupportedOperationException("these begin with what is published now");
        }
        CountDownLatch started = new CountDownLatch(channels.size());
        Semaphore opening = new Semaphore(OPENING_MAX);
        AtomicReference<String> firstEnd = new AtomicReference<>();
        try {
            for (String channel : channels) {
                if (!opening.tryAcquire(START_SECONDS, TimeUnit.SECONDS) || firstEnd.get() != null) {
                    break;
                }
                EdgeSocket.Listener listener = new EdgeSocket.Listener() {
                    @Override
                    public void subscribed(boolean recovered) {
                        opening.release();
                        started.countDown();
                    }

                    @Override
                    public void received(ByteBuffer payload, long offset) {
                        receiver.received(payload);
                    }

                    @Override
                    public void ended(String why) {
                        firstEnd.compareAndSet(null, why);
                        opening.release();
                    }
                };
                dialer.dial(address, new EdgeSocket(channelPrefix + channel, new EdgeSocket.Position(), listener));
            }
            if (!started.await(firstEnd.get() == null ? START_SECONDS : 0, TimeUnit.SECONDS)) {
                throw new IOException(
                        started.getCount() + " WebSockets did not start; the first end: " + firstEnd.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while opening WebSockets", e);
        }
        return () -> {};
    }

    @Override
    public void close() {
        dialer.close();
    }
}
