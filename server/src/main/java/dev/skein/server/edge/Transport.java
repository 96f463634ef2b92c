package dev.skein.server.edge;

import java.util.List;

/** The connection under a session. Called on the session's loop only; never blocks. */
interface Transport {

    /** How it writes commands and replies. */
    Codec codec();

    /** Whether it takes more without piling it up. */
    boolean isReady();

    /** Bytes that it has piled up. */
    long queuedBytes();

    /** Sends replies of the codec, at least one; ignored once it is closed. */
    void send(List<byte[]> replies);

    /** Whether commands come by other connections, so that the client has to be told whereto. */
    boolean isEmulated();

    /** Whether the client answers pings, by itself or below the protocol. */
    default boolean answersPings() {
        return !isEmulated();
    }

    /** A ping was sent, to which something may have to be added. */
    default void pinged() {}

    /** Says why, and ends. */
    void close(Farewell farewell);
}
