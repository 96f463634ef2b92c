package dev.skein.server.session;

import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.wire.SectionView;

/** What a client sent in a session. */
sealed interface Inbound {

    /**
     * A publish, its section not decoded.
     *
     * @param requestId of the client
     * @param section as it came
     * @param timeoutMs as it came, unsigned
     */
    record Publishing(long requestId, SectionView section, int timeoutMs) implements Inbound {}

    /** Any frame that isn't a publish. */
    record Framed(ClientFrame frame) implements Inbound {}

    /**
     * Bytes that are no frame; they end the session.
     *
     * @param text where reading them stopped
     */
    record Malformed(String text) implements Inbound {}
}
