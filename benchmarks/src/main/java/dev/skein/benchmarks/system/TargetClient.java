package dev.skein.benchmarks.system;

import java.io.IOException;
import java.util.List;

/** A client of a system under test. Thread-safe. */
public interface TargetClient extends AutoCloseable {

    /** Told how publishes end, on the client's own threads; must not block. */
    interface AckListener {

        /** @param token as given to {@link #publish} */
        void acked(long token);

        void failed(long token, Throwable cause);
    }

    /** Told of messages, on the client's own threads. */
    @FunctionalInterface
    interface Receiver {

        /** @param payload only for the time of the call */
        void received(java.nio.ByteBuffer payload);
    }

    /** Where a subscription starts. */
    enum From {
        BEGINNING,
        NOW
    }

    /** One channel to publish to: what can be worked out once for a channel has been. Thread-safe. */
    @FunctionalInterface
    interface Outlet {

        /**
         * Publishes one message. Never waits for the answer, but may wait for room.
         *
         * @param payload never changed afterwards, but the same one may come again
         * @param token handed back
         */
        void publish(byte[] payload, long token, AckListener listener);
    }

    /** Where to publish to this channel. */
    Outlet outlet(String channel);

    /** Subscribes to channels; returns when messages published from now on will be delivered. */
    AutoCloseable subscribe(List<String> channels, From from, Receiver receiver) throws IOException;

    @Override
    void close();
}
