package dev.skein.server.edge;

import dev.skein.proto.edge.v1.ConnectRequest;
import dev.skein.proto.edge.v1.Error;
import dev.skein.proto.edge.v1.SubscribeRequest;
import dev.skein.proto.edge.v1.SubscribeResult;
import dev.skein.server.access.ChannelClaims;
import dev.skein.server.access.ConnectionClaims;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a session follows without asking: what its token says, opened while it connects. The answer to a connect holds what became of each, so
 * that it waits for the last; a message that comes before waits too, at most one for a channel. Owned by the session's loop.
 */
final class ServerSubscriptions {

    /** Who waits for them. */
    interface Opening {

        /** All of them have begun. */
        void begun(Map<String, SubscribeResult> results);

        /** One of them can't; no other word follows. */
        void refused(Error error);
    }

    private final EdgeSession session;
    private final Opening opening;
    private final Map<String, SubscribeResult> results = new LinkedHashMap<>();
    private final List<EdgeSubscription> held = new ArrayList<>();
    private Set<String> ofToken = Set.of();
    private int unanswered;
    private boolean done;

    ServerSubscriptions(EdgeSession session, Opening opening) {
        this.session = session;
        this.opening = opening;
    }

    /** Opens what the token says, each from where the client says that it was. */
    void open(ConnectionClaims claims, ConnectRequest connect) {
        ofToken = claims.channels().keySet();
        Map<String, ChannelClaims> wanted = wanted(claims, connect);
        if (wanted.size() > EdgeLimits.CHANNELS_MAX) {
            session.close(Farewell.CHANNEL_LIMIT);
            return;
        }
        // One more than there are, so that nobody is the last before all have been opened.
        unanswered = wanted.size() + 1;
        wanted.forEach((channel, options) -> {
            SubscribeRequest before = connect.getSubsOrDefault(channel, SubscribeRequest.getDefaultInstance());
            if (!done && !EdgeSubscription.isKnown(before.getDelta())) {
                done = true;
                session.close(Farewell.BAD_REQUEST);
            } else if (!done) {
                held.add(session.openHeld(
                        request(channel, options, before),
                        Terms.ofServer(options, Long.MAX_VALUE),
                        new OneOfMany(channel, ofToken.contains(channel))));
            }
        });
        answered();
    }

    /** Whether a newer token says the same. */
    boolean isAsIn(ConnectionClaims newer) {
        return newer.channels().keySet().equals(ofToken);
    }

    /** Gives up. */
    void close() {
        done = true;
        held.clear();
    }

    private Map<String, ChannelClaims> wanted(ConnectionClaims claims, ConnectRequest connect) {
        return claims.channels();
    }

    static SubscribeRequest request(String channel, ChannelClaims options, SubscribeRequest before) {
        return SubscribeRequest.newBuilder()
                .setChannel(channel)
                .setPositioned(options.positioned())
                .setRecoverable(options.recoverable())
                .setRecover(before.getRecover() && options.recoverable())
                .setOffset(before.getOffset())
                .setEpoch(before.getEpoch())
                .setDelta(before.getDelta())
                .build();
    }

    private void answered() {
        if (--unanswered == 0 && !done) {
            done = true;
            opening.begun(results);
            held.forEach(EdgeSubscription::release);
            held.clear();
        }
    }

    private void refused(Error error) {
        if (!done) {
            done = true;
            held.forEach(EdgeSubscription::close);
            held.clear();
            opening.refused(error);
        }
    }

    private final class OneOfMany implements EdgeSubscription.Asker {

        private final String channel;
        private final boolean required;

        OneOfMany(String channel, boolean required) {
            this.channel = channel;
            this.required = required;
        }

        @Override
        public void started(SubscribeResult result) {
            results.put(channel, result);
            answered();
        }

        @Override
        public void refused(Error error) {
            if (required) {
                ServerSubscriptions.this.refused(error);
            } else {
                answered();
            }
        }
    }
}
