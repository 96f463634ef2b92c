package dev.skein.server.edge;

import dev.skein.proto.edge.v1.Error;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Refresh;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.proto.edge.v1.Subscribe;
import dev.skein.proto.edge.v1.SubscribeRequest;
import dev.skein.proto.edge.v1.SubscribeResult;
import dev.skein.proto.node.v1.DisconnectOrder;
import dev.skein.proto.node.v1.RefreshOrder;
import dev.skein.proto.node.v1.SteerSessionsRequest;
import dev.skein.proto.node.v1.SubscribeOrder;
import dev.skein.server.access.Caller;
import dev.skein.server.access.ChannelClaims;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the application's server wants of one session. Owned by the session's loop. */
final class SessionOrders {

    private static final Logger log = LoggerFactory.getLogger(SessionOrders.class);

    private final EdgeParts parts;
    private final EdgeSession session;

    SessionOrders(EdgeParts parts, EdgeSession session) {
        this.parts = parts;
        this.session = session;
    }

    /** Does it. */
    void obey(SteerSessionsRequest request) {
        switch (request.getOrderCase()) {
            case SUBSCRIBE -> subscribe(request.getSubscribe());
            case UNSUBSCRIBE -> {
                EdgeSubscription present =
                        session.channels().get(request.getUnsubscribe().getChannel());
                if (present != null) {
                    present.endByServer();
                }
            }
            case DISCONNECT -> disconnect(request.getDisconnect());
            case REFRESH -> refresh(request.getRefresh());
            case ORDER_NOT_SET -> log.debug("an order of a later version was left out");
        }
    }

    private void subscribe(SubscribeOrder order) {
        if (session.channels().get(order.getChannel()) != null) {
            return;
        }
        if (session.channels().count() >= EdgeLimits.CHANNELS_MAX) {
            log.debug("session {} follows as many channels as it may", session.id());
            return;
        }
        ChannelClaims claims =
                new ChannelClaims(order.getInfo(), order.getData(), order.getRecoverable(), order.getPositioned());
        SubscribeRequest request = SubscribeRequest.newBuilder()
                .setChannel(order.getChannel())
                .setPositioned(order.getPositioned())
                .setRecoverable(order.getRecoverable())
                .setRecover(order.getRecover())
                .setOffset(order.getOffset())
                .setEpoch(order.getEpoch())
                .build();
        session.channels()
                .add(request, Terms.ofServer(claims, end(order.getExpiresMs())), new Told(order.getChannel()))
                .open();
    }

    private void disconnect(DisconnectOrder order) {
        if (!order.getSparedList().contains(session.id())) {
            session.close(new Farewell(order.getCode(), order.getReason()));
        }
    }

    private void refresh(RefreshOrder order) {
        if (order.getExpired()) {
            session.close(Farewell.EXPIRED);
            return;
        }
        if (!order.getInfo().isEmpty()) {
            session.changeInfo(order.getInfo());
        }
        Caller caller = session.credential().caller();
        if (caller != null) {
            caller.endAt(end(order.getExpiresMs()));
        }
        int ttl = session.credential().ttlSeconds();
        session.reply(Reply.newBuilder()
                .setPush(Push.newBuilder()
                        .setRefresh(Refresh.newBuilder().setExpires(ttl > 0).setTtl(ttl)))
                .build());
    }

    private static long end(long expiresMs) {
        return expiresMs == 0 ? Long.MAX_VALUE : expiresMs;
    }

    /** The client hears of it when it has begun, and nothing when it can't. */
    private final class Told implements EdgeSubscription.Asker {

        private final String channel;

        Told(String channel) {
            this.channel = channel;
        }

        @Override
        public void started(SubscribeResult result) {
            session.reply(Reply.newBuilder()
                    .setPush(Push.newBuilder()
                            .setChannel(channel)
                            .setSubscribe(Subscribe.newBuilder()
                                    .setRecoverable(result.getRecoverable())
                                    .setPositioned(result.getPositioned())
                                    .setEpoch(result.getEpoch())
                                    .setOffset(result.getOffset())
                                    .setData(result.getData())))
                    .build());
        }

        @Override
        public void refused(Error error) {
            log.debug("session {} can't follow {}: {}", session.id(), channel, error.getMessage());
        }
    }
}
