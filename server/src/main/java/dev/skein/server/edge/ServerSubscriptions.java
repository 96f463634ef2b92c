package dev.skein.server.edge;

import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.edge.v1.ConnectRequest;
import dev.skein.proto.edge.v1.Error;
import dev.skein.proto.edge.v1.SubscribeRequest;
import dev.skein.proto.edge.v1.SubscribeResult;
import dev.skein.server.access.Caller;
import dev.skein.server.access.ChannelClaims;
import dev.skein.server.access.ConnectionClaims;
import dev.skein.server.locate.ShardMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a session follows without asking: what its token says, opened while it connects. The answer to a connect holds what became of each, so
 * that it waits for the last; a message that comes before waits too, at most one for a channel. Owned by the session's loop.
 */
final class ServerSubscriptions {

    private static final SubscribeRequest FROM_NOW_ON = SubscribeRequest.getDefaultInstance();

    /** Who waits for them. */
    interface Opening {

        /** All of them have begun. */
        void begun(Map<String, SubscribeResult> results);

        /** One of them can't; no other word follows. */
        void refused(Error error);
    }

    private final EdgeSession session;
    private final ShardMap shards;
    private final Map<String, SubscribeResult> results = new LinkedHashMap<>();
    private final List<EdgeSubscription> held = new ArrayList<>();
    private Set<String> ofToken = Set.of();

    /** Null before and after. */
    private @Nullable Opening opening;

    private int unanswered;

    ServerSubscriptions(EdgeSession session, ShardMap shards) {
        this.session = session;
        this.shards = shards;
    }

    /** Opens what the token says, each from where the client says that it was. */
    void open(ConnectionClaims claims, ConnectRequest connect, Opening wanting) {
        ofToken = claims.channels().keySet();
        opening = wanting;
        List<String> asked = session.codec().isOneWay() ? asked(connect) : List.of();
        if (ofToken.size() + asked.size() > EdgeLimits.CHANNELS_MAX) {
            session.close(Farewell.CHANNEL_LIMIT);
        } else if (!connect.getSubsMap().values().stream()
                .allMatch(each -> EdgeSubscription.isKnown(each.getDelta()))) {
            session.close(Farewell.BAD_REQUEST);
        } else {
            // One more than there are, so that nobody is the last before all have been opened.
            unanswered = ofToken.size() + asked.size() + 1;
            claims.channels()
                    .forEach((channel, options) ->
                            open(channel, options, connect.getSubsOrDefault(channel, FROM_NOW_ON), this::refused));
            asked.forEach(channel ->
                    open(channel, ChannelClaims.NONE, connect.getSubsOrThrow(channel), leftOut -> answered()));
            answered();
        }
    }

    /** What a client that only listens asks for, as far as it may; the rest is left out. */
    private List<String> asked(ConnectRequest connect) {
        Caller caller = session.credential().caller();
        String user = session.credential().user();
        return connect.getSubsMap().keySet().stream()
                .filter(channel -> !ofToken.contains(channel) && !channel.isEmpty())
                .filter(channel -> caller == null || caller.may(Permission.PERMISSION_SUBSCRIBE, channel) == null)
                .filter(channel -> ChannelRules.of(shards, channel).subscribe(user) == null)
                .toList();
    }

    private void open(String channel, ChannelClaims options, SubscribeRequest before, Consumer<Error> refusals) {
        if (opening == null) {
            return;
        }
        EdgeSubscription subscription = session.channels()
                .add(
                        request(channel, options, before),
                        Terms.ofServer(options, Long.MAX_VALUE),
                        new EdgeSubscription.Asker() {
                            @Override
                            public void started(SubscribeResult result) {
                                results.put(channel, result);
                                answered();
                            }

                            @Override
                            public void refused(Error error) {
                                refusals.accept(error);
                            }
                        });
        held.add(subscription);
        subscription.hold();
        subscription.open();
    }

    /** Whether a newer token says the same. */
    boolean isAsIn(ConnectionClaims newer) {
        return newer.channels().keySet().equals(ofToken);
    }

    /** It takes too long. */
    void giveUp() {
        refused(Refusal.INTERNAL.error("subscriptions of the token: not begun in time (expected: try again)"));
    }

    /** Forgets them. */
    void close() {
        opening = null;
        held.clear();
    }

    private SubscribeRequest request(String channel, ChannelClaims options, SubscribeRequest before) {
        return SubscribeRequest.newBuilder()
                .setChannel(channel)
                .setPositioned(options.letPosition())
                .setRecoverable(options.letRecover())
                .setRecover(before.getRecover() && options.letRecover())
                .setOffset(before.getOffset())
                .setEpoch(before.getEpoch())
                .setDelta(session.codec().isOneWay() ? "" : before.getDelta())
                .build();
    }

    private void answered() {
        Opening waiting = opening;
        if (--unanswered == 0 && waiting != null) {
            opening = null;
            waiting.begun(results);
            List.copyOf(held).forEach(EdgeSubscription::release);
            held.clear();
        }
    }

    private void refused(Error error) {
        Opening waiting = opening;
        if (waiting != null) {
            close();
            waiting.refused(error);
        }
    }
}
