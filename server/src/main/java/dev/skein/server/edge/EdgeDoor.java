package dev.skein.server.edge;

import dev.skein.proto.node.v1.DescribeEdgeRequest;
import dev.skein.proto.node.v1.DescribeEdgeResponse;
import dev.skein.proto.node.v1.SteerSessionsRequest;
import org.jspecify.annotations.Nullable;

/** The way from other nodes to the sessions of this node's edge, if it has one. Thread-safe. */
public final class EdgeDoor {

    private volatile @Nullable EdgeSessions sessions;

    void lead(EdgeSessions to) {
        sessions = to;
    }

    /** Null: this node has no edge, or not yet. */
    @Nullable
    EdgeSessions sessions() {
        return sessions;
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

    /**
     * Has a user's sessions here do what an application's server wants.
     *
     * @return how many were told
     */
    public int steer(SteerSessionsRequest request) {
        EdgeSessions present = sessions;
        return present == null ? 0 : present.steer(request);
    }

    /** What the edge serves. */
    public DescribeEdgeResponse describe(DescribeEdgeRequest request) {
        EdgeSessions present = sessions;
        return present == null ? DescribeEdgeResponse.getDefaultInstance() : present.describe(request);
    }
}
