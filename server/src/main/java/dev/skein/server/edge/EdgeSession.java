package dev.skein.server.edge;

import com.google.protobuf.ByteString;
import dev.skein.proto.edge.v1.ClientInfo;
import dev.skein.proto.edge.v1.Command;
import dev.skein.proto.edge.v1.ConnectRequest;
import dev.skein.proto.edge.v1.ConnectResult;
import dev.skein.proto.edge.v1.RefreshResult;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.proto.edge.v1.SubRefreshRequest;
import dev.skein.proto.edge.v1.SubscribeRequest;
import dev.skein.proto.edge.v1.SubscribeResult;
import dev.skein.proto.edge.v1.UnsubscribeResult;
import dev.skein.proto.node.v1.SteerSessionsRequest;
import dev.skein.server.access.ConnectionClaims;
import dev.skein.server.fanout.Pump;
import dev.skein.server.fanout.Subscription;
import dev.skein.server.loop.Loop;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * One client of the edge: holds it to the protocol and its limits. Owned by the loop of its connection; everything here runs there.
 *
 * <p>Clients neither find gaps nor duplicates. What they are pushed is what their {@link Subscription} gave, which is contiguous; where it can't be, the
 * subscription is ended with a code that makes the client subscribe again from its position.
 */
final class EdgeSession implements Live {

    private final EdgeParts parts;
    private final Loop loop;
    private final Transport transport;
    private final SessionCredential credential;
    private final SessionChannels channels;
    private final Asking asking;
    private final EdgePresence presence;
    private final ChannelTokens tokens;
    private final ServerSubscriptions served;
    private final SessionOrders orders;
    private final long openedNanos;
    private final String id = UUID.randomUUID().toString();

    /** What the connections that carry its commands have to know, or the server that means it; empty when there are none. */
    private final String secret;

    private ClientInfo info = ClientInfo.getDefaultInstance();
    private State state = State.OPENING;

    /** Commands that came before the answer to the connect could be given. */
    private final Queue<Command> early = new ArrayDeque<>();

    private long connectingNanos;
    private long readyNanos;
    private long pingDueNanos;
    private long pingedNanos;
    private boolean pinged;

    /** A subscription for which the client waits. */
    private record ByCommand(EdgeSession session, int commandId) implements EdgeSubscription.Asker {

        @Override
        public void started(SubscribeResult result) {
            session.reply(
                    Reply.newBuilder().setId(commandId).setSubscribe(result).build());
        }

        @Override
        public void refused(dev.skein.proto.edge.v1.Error error) {
            session.refuse(commandId, error);
        }
    }

    private enum State {
        OPENING,
        /** Let in; what it follows without asking hasn't begun yet. */
        CONNECTING,
        CONNECTED,
        /** Told that it may not connect; it will go by itself. */
        REFUSED,
        ENDED
    }

    EdgeSession(EdgeParts parts, Loop loop, Transport transport) {
        this.parts = parts;
        this.loop = loop;
        this.transport = transport;
        this.credential = new SessionCredential(parts, this);
        this.channels = new SessionChannels(parts, this, new Pump(loop, transport::isReady));
        this.asking = new Asking(parts, loop, this);
        this.presence = new EdgePresence(parts, loop, this);
        this.tokens = new ChannelTokens(parts, this);
        this.served = new ServerSubscriptions(this, parts.shards());
        this.orders = new SessionOrders(parts, this);
        this.secret = transport.isEmulated() || transport.codec().isOneWay()
                ? UUID.randomUUID().toString()
                : "";
        this.openedNanos = parts.time().nanoTime();
        this.readyNanos = openedNanos;
    }

    @Override
    public String secret() {
        return secret;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    /** Whether other connections carry its commands. */
    boolean isEmulated() {
        return transport.isEmulated();
    }

    Codec codec() {
        return transport.codec();
    }

    String id() {
        return id;
    }

    /** Who it is, as others see it. */
    ClientInfo info() {
        return info;
    }

    EdgePresence presence() {
        return presence;
    }

    SessionCredential credential() {
        return credential;
    }

    SessionChannels channels() {
        return channels;
    }

    /** The same with what they are told of its part in the channel. */
    ClientInfo info(String channel) {
        EdgeSubscription subscription = channels.get(channel);
        ByteString ofChannel = subscription == null
                ? ByteString.EMPTY
                : subscription.terms().claims().info();
        return ofChannel.isEmpty()
                ? info
                : info.toBuilder().setChanInfo(ofChannel).build();
    }

    /** Others are told this of it from now on. */
    void changeInfo(ByteString connectionInfo) {
        info = info.toBuilder().setConnInfo(connectionInfo).build();
    }

    /** What an application's server wants of it. */
    void obey(SteerSessionsRequest order) {
        if (state == State.CONNECTED) {
            orders.obey(order);
        }
    }

    @Override
    public int subscriptionCount() {
        return channels.count();
    }

    // ---- what the connection says

    /** A frame has come. */
    void received(byte[] frame) {
        boolean refusedBefore = state == State.REFUSED;
        try {
            for (Command command : codec().decode(frame)) {
                if (state == State.REFUSED && !refusedBefore) {
                    // What the client sent in the hope of being let in.
                    return;
                }
                handle(command);
            }
        } catch (BadFrameException malformed) {
            close(Farewell.BAD_REQUEST);
        }
    }

    /** The transport takes more. */
    void ready() {
        readyNanos = parts.time().nanoTime();
        channels.go();
    }

    /** The connection is gone. */
    void gone() {
        end();
    }

    @Override
    public void tick(long now) {
        switch (state) {
            case OPENING, REFUSED -> {
                if (now - openedNanos > EdgeLimits.STALE_NANOS) {
                    close(Farewell.STALE);
                }
            }
            case CONNECTING -> {
                if (now - connectingNanos > EdgeLimits.CONNECT_NANOS_MAX) {
                    served.giveUp();
                }
            }
            case CONNECTED -> {
                tickTransport(now);
                tickPing(now);
                credential.tick(now);
                if (state == State.CONNECTED) {
                    channels.tick();
                }
            }
            case ENDED -> {}
        }
    }

    private void tickTransport(long now) {
        if (transport.isReady() || !channels.areHeldUp()) {
            readyNanos = now;
        }
        if (transport.queuedBytes() > EdgeLimits.QUEUE_BYTES_MAX || now - readyNanos > EdgeLimits.STALL_NANOS_MAX) {
            close(Farewell.SLOW);
        }
    }

    private void tickPing(long now) {
        if (pinged && now - pingedNanos > EdgeLimits.PONG_NANOS_MAX) {
            close(Farewell.NO_PONG);
        } else if (!pinged && now - pingDueNanos >= 0 && state == State.CONNECTED) {
            pinged = transport.answersPings();
            pingedNanos = now;
            pingDueNanos = now + TimeUnit.SECONDS.toNanos(EdgeLimits.PING_SECONDS);
            reply(Reply.getDefaultInstance());
            transport.pinged();
        }
    }

    /** The connection has answered a ping of its own. */
    void ponged() {
        pinged = false;
    }

    // ---- commands

    private void handle(Command command) {
        if (state == State.ENDED) {
            return;
        }
        if (state == State.CONNECTING) {
            early(command);
        } else if (state != State.CONNECTED) {
            first(command);
        } else if (command.equals(Command.getDefaultInstance())) {
            pong();
        } else if (command.getId() == 0 && !command.hasSend()) {
            close(Farewell.BAD_REQUEST);
        } else {
            further(command);
        }
    }

    private void early(Command command) {
        if (early.size() < EdgeLimits.COMMANDS_IN_FLIGHT_MAX) {
            early.add(command);
        } else {
            close(Farewell.TOO_MANY_REQUESTS);
        }
    }

    private void first(Command command) {
        if (state == State.OPENING && command.hasConnect() && command.getId() != 0) {
            connect(command.getId(), command.getConnect());
        } else {
            close(Farewell.BAD_REQUEST);
        }
    }

    private void further(Command command) {
        int commandId = command.getId();
        if (command.hasSubscribe()) {
            named(command.getSubscribe().getChannel(), () -> subscribe(commandId, command));
        } else if (command.hasUnsubscribe()) {
            String channel = command.getUnsubscribe().getChannel();
            named(channel, () -> unsubscribe(commandId, channel));
        } else if (command.hasPublish()) {
            named(command.getPublish().getChannel(), () -> asking.publish(commandId, command.getPublish()));
        } else if (command.hasHistory()) {
            named(command.getHistory().getChannel(), () -> asking.history(commandId, command.getHistory()));
        } else if (command.hasRefresh()) {
            refresh(commandId, command.getRefresh().getToken());
        } else if (command.hasPresence()) {
            String channel = command.getPresence().getChannel();
            named(channel, () -> presence.presence(commandId, channel));
        } else if (command.hasPresenceStats()) {
            String channel = command.getPresenceStats().getChannel();
            named(channel, () -> presence.stats(commandId, channel));
        } else if (command.hasRpc()) {
            refuse(commandId, Refusal.NOT_AVAILABLE.error());
        } else if (command.hasSubRefresh()) {
            SubRefreshRequest request = command.getSubRefresh();
            named(request.getChannel(), () -> tokens.refresh(commandId, request, channels.get(request.getChannel())));
        } else if (command.hasSend()) {
            close(Farewell.NOT_AVAILABLE);
        } else {
            close(Farewell.BAD_REQUEST);
        }
    }

    private void named(String channel, Runnable command) {
        if (channel.isEmpty()) {
            close(Farewell.BAD_REQUEST);
        } else {
            command.run();
        }
    }

    private void pong() {
        if (pinged) {
            pinged = false;
        } else {
            close(Farewell.BAD_REQUEST);
        }
    }

    private void connect(int commandId, ConnectRequest request) {
        if (!credential.admits(commandId, request.getToken())) {
            return;
        }
        state = State.CONNECTING;
        connectingNanos = parts.time().nanoTime();
        ConnectionClaims claims = credential.claims();
        info = ClientInfo.newBuilder()
                .setUser(credential.user())
                .setClient(id)
                .setConnInfo(claims.info())
                .build();
        served.open(claims, request, new ServerSubscriptions.Opening() {
            @Override
            public void begun(Map<String, SubscribeResult> results) {
                connected(commandId, results);
            }

            @Override
            public void refused(dev.skein.proto.edge.v1.Error error) {
                refuseConnect(commandId, error);
            }
        });
    }

    private void connected(int commandId, Map<String, SubscribeResult> subscriptions) {
        state = State.CONNECTED;
        parts.audience().arrived(info.getUser(), this);
        long interval = TimeUnit.SECONDS.toNanos(EdgeLimits.PING_SECONDS);
        pingDueNanos = parts.time().nanoTime() + interval / 2 + parts.random().nextLong(interval / 2);
        ConnectResult.Builder result = ConnectResult.newBuilder()
                .setClient(id)
                .setVersion(EdgeParts.VERSION)
                .setPing(EdgeLimits.PING_SECONDS)
                .setPong(transport.answersPings() && !codec().isOneWay())
                .putAllSubs(subscriptions)
                .setTime(parts.time().wallMillis());
        if (!secret.isEmpty()) {
            result.setSession(secret).setNode(parts.node());
        }
        int ttl = credential.ttlSeconds();
        if (ttl > 0) {
            result.setExpires(true).setTtl(ttl);
        }
        reply(Reply.newBuilder().setId(commandId).setConnect(result).build());
        while (state == State.CONNECTED && !early.isEmpty()) {
            handle(early.remove());
        }
    }

    /** The client may not come in. */
    void refuseConnect(int commandId, dev.skein.proto.edge.v1.Error error) {
        state = State.REFUSED;
        early.clear();
        served.close();
        channels.closeAll();
        if (codec().isOneWay()) {
            close(Farewell.of(error));
        } else {
            refuse(commandId, error);
        }
    }

    private void refresh(int commandId, String token) {
        if (!credential.refreshed(token)) {
            return;
        }
        if (!served.isAsIn(credential.claims())) {
            close(Farewell.INSUFFICIENT_STATE);
            return;
        }
        int ttl = credential.ttlSeconds();
        reply(Reply.newBuilder()
                .setId(commandId)
                .setRefresh(RefreshResult.newBuilder()
                        .setClient(id)
                        .setVersion(EdgeParts.VERSION)
                        .setExpires(ttl > 0)
                        .setTtl(ttl))
                .build());
    }

    private void subscribe(int commandId, Command command) {
        String channel = command.getSubscribe().getChannel();
        if (channels.get(channel) != null) {
            refuse(commandId, Refusal.ALREADY_SUBSCRIBED.error());
        } else if (!EdgeSubscription.isKnown(command.getSubscribe().getDelta())) {
            close(Farewell.BAD_REQUEST);
        } else if (channels.count() >= EdgeLimits.CHANNELS_MAX) {
            refuse(commandId, Refusal.LIMIT_EXCEEDED.error());
        } else {
            tokens.judge(commandId, command.getSubscribe())
                    .ifPresent(terms -> open(command.getSubscribe(), terms, new ByCommand(this, commandId)));
        }
    }

    private void open(SubscribeRequest request, Terms terms, EdgeSubscription.Asker asker) {
        channels.add(request, terms, asker).open();
    }

    private void unsubscribe(int commandId, String channel) {
        channels.remove(channel);
        reply(Reply.newBuilder()
                .setId(commandId)
                .setUnsubscribe(UnsubscribeResult.getDefaultInstance())
                .build());
    }

    // ---- answers

    void refuse(int commandId, dev.skein.proto.edge.v1.Error error) {
        reply(Reply.newBuilder().setId(commandId).setError(error).build());
    }

    void reply(Reply reply) {
        push(List.of(codec().encode(reply)));
    }

    void push(List<byte[]> replies) {
        if (state != State.ENDED && !replies.isEmpty()) {
            transport.send(replies);
        }
    }

    @Override
    public void close(Farewell farewell) {
        if (state != State.ENDED) {
            end();
            transport.close(farewell);
        }
    }

    @Override
    public long openedNanos() {
        return openedNanos;
    }

    @Override
    public void leave(Farewell farewell) {
        leave(farewell, EdgeLimits.LEAVE_TRIES_MAX);
    }

    private void leave(Farewell farewell, int tries) {
        if (asking.isIdle() || tries == 0) {
            close(farewell);
        } else {
            loop.schedule(EdgeLimits.LEAVE_TRY_MILLIS, () -> leave(farewell, tries - 1));
        }
    }

    private void end() {
        if (state == State.ENDED) {
            return;
        }
        if (state == State.CONNECTED) {
            parts.audience().left(info.getUser(), this);
        }
        state = State.ENDED;
        credential.close();
        asking.close();
        early.clear();
        served.close();
        channels.close();
        presence.close();
        parts.ended(this);
    }
}
