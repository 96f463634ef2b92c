package dev.skein.server.edge;

import org.jspecify.annotations.Nullable;

/** The way from other nodes to the sessions of this node's edge, if it has one. Thread-safe. */
public final class EdgeDoor {

    private volatile @Nullable EdgeSessions sessions;

    void lead(EdgeSessions to) {
        sessions = to;
    }

    /**
     * Hands a session its client's commands.
     *
     * @param secret what the client names the session by
     * @return false when there is no such session here
     */
    public boolean emulate(String secret, byte[] frame) {
        EdgeSessions present = sessions;
        return present != null && present.emulate(secret, frame);
    }
}
