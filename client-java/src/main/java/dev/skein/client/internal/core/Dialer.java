package dev.skein.client.internal.core;

import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.ServerFrame;

/** Opens streams. */
public interface Dialer {

    /**
     * Starts to open a stream and to say Hello on it.
     *
     * @param events called on the loop thread, never from inside this call
     */
    SessionLink dial(String endpoint, Events events);

    /** What happens to a stream. */
    interface Events {

        /** The server sent a frame. */
        void frame(SessionLink link, ServerFrame frame);

        /** The stream has ended, or couldn't be opened. */
        void ended(SessionLink link, SkeinException cause);
    }
}
