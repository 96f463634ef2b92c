package dev.skein.client.internal.core;

import dev.skein.proto.client.v1.ClientFrame;

/** One stream to one node, as the core sees it. Used on the loop thread; never blocks. */
public interface SessionLink {

    /** Address it was dialled with. */
    String endpoint();

    /** Sends a frame after those before it. Does nothing when the stream has ended. */
    void send(ClientFrame frame);

    /** The same, for a frame that is serialised already. */
    void send(SectionFrame frame);

    /** Ends it; no event comes from it after this. */
    void close();
}
