package dev.skein.server.edge;

import dev.skein.server.loop.Loop;

/** Something that lives as long as a connection, and belongs to its loop. */
interface Live {

    Loop loop();

    /** Channels that it follows; approximate off its loop. */
    int subscriptionCount();

    /** What other connections have to know to speak for it; empty when none may. */
    default String secret() {
        return "";
    }

    /** When it began. */
    long openedNanos();

    /** Ends it with a reason as soon as nothing is unanswered, or after a moment. */
    default void leave(Farewell farewell) {
        close(farewell);
    }

    /** Once per sweep. */
    void tick(long nowNanos);

    /** Ends it with a reason. */
    void close(Farewell farewell);
}
