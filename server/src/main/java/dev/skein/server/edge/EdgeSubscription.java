package dev.skein.server.edge;

import com.google.protobuf.ByteString;
import dev.skein.core.ChannelName;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.client.v1.Position;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.proto.edge.v1.SubscribeRequest;
import dev.skein.proto.edge.v1.SubscribeResult;
import dev.skein.proto.edge.v1.Unsubscribe;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.TailMessage;
import dev.skein.server.access.Caller;
import dev.skein.server.access.ChannelGrant;
import dev.skein.server.edge.ChannelRules.Granted;
import dev.skein.server.fanout.Fanout;
import dev.skein.server.fanout.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One channel of one client of the edge. Owned by the session's loop.
 *
 * <p>Recovery: the client's position is taken like that of any client. The answer waits for the first thing that comes after it: a message, or the word
 * that there is none, proves that nothing is missing, and what was missed follows as pushes, at the client's pace; a gap proves the opposite, and
 * the client, told so, begins with the newest message.
 */
final class EdgeSubscription {

    /** Ended for good. */
    private static final Unsubscribe BY_SERVER = unsubscribe(2000, "server unsubscribe");

    /** Ended by the service; the client subscribes again from its position. */
    private static final Unsubscribe INSUFFICIENT_STATE = unsubscribe(2500, "insufficient state");

    /** The client asks for a new token, and subscribes again from its position. */
    private static final Unsubscribe EXPIRED = unsubscribe(2501, "subscription expired");

    /** The one kind of differences. */
    private static final String FOSSIL = "fossil";

    private static final Granted NOTHING = new Granted(false, false, false, false);

    /** The client has its state elsewhere, and would rather be refused than begin with the newest. */
    private static final long REJECT_UNRECOVERED = 2;

    private final EdgeParts parts;
    private final EdgeSession session;
    private final SubscribeRequest request;
    private final Asker asker;
    private Terms terms;

    private Phase phase = Phase.STARTING;
    private int number;
    private @Nullable Subscription source;
    private boolean recovering;
    private Granted granted = NOTHING;

    /** What was pushed last, for differences. */
    private @Nullable TailMessage before;

    private long startEpoch;

    /** Whether the client has been told that it has begun; until then nothing is pushed, and hardly anything asked for. */
    private boolean released = true;

    private List<TailMessage> heldMessages = List.of();
    private boolean heldGap;

    /** Who hears what becomes of it; exactly one of both is called, once, unless it is closed before. */
    interface Asker {

        void started(SubscribeResult result);

        void refused(dev.skein.proto.edge.v1.Error error);
    }

    private enum Phase {
        STARTING,
        /** The position was taken; what comes next tells whether all of it is there. */
        PROVING,
        LIVE,
        CLOSED
    }

    EdgeSubscription(EdgeParts parts, EdgeSession session, SubscribeRequest request, Terms terms, Asker asker) {
        this.parts = parts;
        this.session = session;
        this.request = request;
        this.terms = terms;
        this.asker = asker;
    }

    String channel() {
        return request.getChannel();
    }

    /** With its namespace. */
    private String fullName() {
        return ChannelName.parse(channel()).full();
    }

    /** Whether it has begun, and is of that channel. */
    boolean isLive(String fullName) {
        return phase == Phase.LIVE && fullName().equals(fullName);
    }

    /** Whether the client didn't ask for it. */
    boolean isByServer() {
        return terms.byServer();
    }

    Terms terms() {
        return terms;
    }

    /** It goes on with newer terms. */
    void renew(Terms newer) {
        terms = newer;
    }

    /** Its beginning will be told with others'; called before {@link #open}, and balanced by {@link #release}. */
    void hold() {
        released = false;
    }

    /** The client has been told of its beginning. */
    void release() {
        if (phase == Phase.CLOSED || released) {
            return;
        }
        released = true;
        enter();
        List<TailMessage> messages = heldMessages;
        heldMessages = List.of();
        if (!messages.isEmpty()) {
            messages(startEpoch, messages);
        }
        if (heldGap && phase == Phase.LIVE) {
            endByService();
        } else if (source != null) {
            source.demand(Long.MAX_VALUE);
        }
    }

    /** Whether such differences exist; empty: none are wanted. */
    static boolean isKnown(String delta) {
        return delta.isEmpty() || delta.equals(FOSSIL);
    }

    void open() {
        ChannelRules rules = ChannelRules.of(parts.shards(), channel());
        dev.skein.proto.edge.v1.Error refused = refusal(rules);
        if (refused != null) {
            refuse(refused);
            return;
        }
        granted = rules.grant(request, terms.claims());
        recovering = granted.recovers();
        OptionalLong epoch = Publications.epoch(request.getEpoch());
        if (!request.getRecover()) {
            start(Start.newBuilder().setLatest(true));
        } else if (!recovering
                || request.getOffset() < 0
                || epoch.isEmpty() && !request.getEpoch().isEmpty()) {
            beginAnew();
        } else if (epoch.isEmpty()) {
            start(Start.newBuilder().setSerial(request.getOffset() + 1));
        } else {
            start(Start.newBuilder()
                    .setPosition(
                            Position.newBuilder().setEpoch(epoch.getAsLong()).setSerial(request.getOffset())));
        }
    }

    private dev.skein.proto.edge.v1.@Nullable Error refusal(ChannelRules rules) {
        int bytes = ByteString.copyFromUtf8(channel()).size();
        if (bytes > EdgeLimits.CHANNEL_BYTES_MAX) {
            return Refusal.BAD_REQUEST.error(
                    "channel: " + bytes + " bytes (expected: at most " + EdgeLimits.CHANNEL_BYTES_MAX + ")");
        }
        if (request.getType() != 0) {
            return Refusal.NOT_AVAILABLE.error();
        }
        if (request.hasTf()) {
            return Refusal.BAD_REQUEST.error("tf: set (expected: none, filters aren't offered)");
        }
        if (terms.byServer() || terms.grant() != null) {
            return null;
        }
        Caller caller = session.credential().caller();
        Error denied = caller == null ? null : caller.may(Permission.PERMISSION_SUBSCRIBE, channel());
        return denied == null ? rules.subscribe(session.credential().user()) : Refusal.of(denied);
    }

    private void start(Start.Builder start) {
        number = session.channels().register(this);
        Subscribe subscribe = Subscribe.newBuilder()
                .setSubscriptionId(number)
                .setChannel(channel())
                .setStart(start)
                .setDemand(released ? Long.MAX_VALUE : recovering ? 1 : 0)
                .build();
        Fanout.Opening opening = parts.fanout().open(subscribe, session.loop(), session.channels());
        if (opening instanceof Fanout.Opened opened) {
            source = opened.subscription();
        } else if (opening instanceof Fanout.Refused refused) {
            refuse(Refusal.of(refused.error()));
        }
    }

    /** The position is no good: the client hears so, and begins with the newest message. */
    private void beginAnew() {
        endSource();
        if ((request.getFlag() & REJECT_UNRECOVERED) != 0) {
            refuse(Refusal.UNRECOVERABLE_POSITION.error());
            return;
        }
        recovering = false;
        phase = Phase.STARTING;
        start(Start.newBuilder().setLatest(true));
    }

    // ---- what the source says

    void started(long epoch, long serial, long lastSerial) {
        startEpoch = epoch;
        if (recovering) {
            phase = Phase.PROVING;
        } else {
            answer(SubscribeResult.newBuilder().setOffset(granted.positioned() ? serial : 0));
        }
    }

    void messages(long epoch, List<TailMessage> messages) {
        proved();
        if (!released) {
            heldMessages = messages;
            return;
        }
        List<byte[]> pushes = new ArrayList<>(messages.size());
        Pushes encoded = parts.pushes(session.codec());
        for (TailMessage each : messages) {
            byte[] push = granted.differences()
                    ? encoded.difference(channel(), epoch, each, before)
                    : encoded.whole(channel(), epoch, each);
            if (push == null) {
                session.push(pushes);
                session.close(Farewell.INAPPROPRIATE_PROTOCOL);
                return;
            }
            pushes.add(push);
            before = granted.differences() ? each : null;
        }
        session.push(pushes);
    }

    void caughtUp() {
        proved();
    }

    void gap() {
        if (phase == Phase.PROVING) {
            beginAnew();
        } else if (phase == Phase.LIVE && !released) {
            heldGap = true;
        } else if (phase == Phase.LIVE) {
            endByService();
        }
    }

    void ended(@Nullable Error error) {
        Reason reason = error == null ? Reason.REASON_UNSPECIFIED : error.getReason();
        boolean live = phase == Phase.LIVE;
        endSource();
        if (live) {
            endByService();
        } else if (recovering && (reason == Reason.REASON_WRONG_EPOCH || reason == Reason.REASON_FUTURE_POSITION)) {
            beginAnew();
        } else {
            refuse(error == null ? Refusal.INTERNAL.error() : Refusal.of(error));
        }
    }

    private void proved() {
        if (phase == Phase.PROVING) {
            answer(SubscribeResult.newBuilder().setRecovered(true).setOffset(request.getOffset()));
        }
    }

    private void answer(SubscribeResult.Builder result) {
        phase = Phase.LIVE;
        parts.audience().follows(fullName());
        ByteString data = terms.claims().data();
        if (!data.isEmpty() && !session.codec().carries(data.toByteArray())) {
            session.close(Farewell.INAPPROPRIATE_PROTOCOL);
            return;
        }
        result.setDelta(granted.differences())
                .setData(data)
                .setExpires(terms.expire() && !terms.byServer())
                .setTtl(terms.byServer() ? 0 : terms.ttlSeconds(parts.time().wallMillis()))
                .setWasRecovering(request.getRecover());
        if (granted.positioned()) {
            result.setPositioned(true).setRecoverable(granted.recoverable()).setEpoch(Publications.epoch(startEpoch));
        }
        boolean isHeld = !released;
        asker.started(result.build());
        if (!isHeld) {
            enter();
        }
    }

    /** The client knows that it is subscribed: it is in the channel. */
    private void enter() {
        if (phase == Phase.LIVE) {
            session.presence().began(channel(), request.getJoinLeave());
        }
    }

    // ---- the end

    /** Looks whether its terms still hold. */
    void tick(long wallMillis) {
        ChannelGrant grant = terms.grant();
        if (phase != Phase.LIVE || !terms.mayEnd()) {
            return;
        }
        if (grant != null && parts.access().orElseThrow().isRevoked(grant)) {
            endByServer();
        } else if (terms.expire() && wallMillis - terms.expiresMs() > EdgeLimits.EXPIRED_MILLIS_MAX) {
            end(EXPIRED, Farewell.SUBSCRIPTION_EXPIRED);
        }
    }

    /** The server wants no more of it. */
    void endByServer() {
        end(BY_SERVER);
    }

    private void endByService() {
        end(INSUFFICIENT_STATE, Farewell.INSUFFICIENT_STATE);
    }

    /** What a client didn't ask for it doesn't ask for again: its connection begins anew. */
    private void end(Unsubscribe ofClient, Farewell ofServer) {
        if (terms.byServer()) {
            session.close(ofServer);
        } else {
            end(ofClient);
        }
    }

    private void end(Unsubscribe why) {
        close();
        session.channels().forget(this);
        session.reply(Reply.newBuilder()
                .setPush(Push.newBuilder().setChannel(channel()).setUnsubscribe(why))
                .build());
    }

    private static Unsubscribe unsubscribe(int code, String reason) {
        return Unsubscribe.newBuilder().setCode(code).setReason(reason).build();
    }

    private void refuse(dev.skein.proto.edge.v1.Error error) {
        close();
        session.channels().forget(this);
        asker.refused(error);
    }

    /** Ends it without a word. */
    void close() {
        if (phase == Phase.LIVE) {
            session.presence().ended(channel());
            parts.audience().followsNoLonger(fullName());
        }
        phase = Phase.CLOSED;
        endSource();
    }

    private void endSource() {
        Subscription ended = source;
        source = null;
        session.channels().unregister(number, ended);
        if (ended != null) {
            ended.close();
        }
    }
}
