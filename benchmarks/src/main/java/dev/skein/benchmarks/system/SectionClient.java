package dev.skein.benchmarks.system;

/**
 * Publishes many messages of a channel at once, and neither waits nor tries again: it tells of every refusal as the server said it. Thread-safe.
 */
public interface SectionClient extends AutoCloseable {

    /** Told how sections end, on one thread of the client's own; must not block. */
    interface Answers {

        /** @param token as given to {@link #offer} */
        void taken(long token);

        /**
         * @param reason of the server's catalogue
         * @param retryAfterMillis when to try again; 0: the server didn't say
         */
        void refused(long token, String reason, int retryAfterMillis);
    }

    /**
     * Sends the messages if the connection has room.
     *
     * @param token handed back
     * @return whether they were sent
     */
    boolean offer(String channel, byte[][] payloads, long token);

    /** Why the first stream ended that did; empty: none has. */
    String firstEnd();

    @Override
    void close();
}
