package dev.skein.server.session;

import dev.skein.core.Checks;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.client.v1.CaughtUp;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Demand;
import dev.skein.proto.client.v1.Gap;
import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.client.v1.GoAway;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.Pong;
import dev.skein.proto.client.v1.Position;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.Refresh;
import dev.skein.proto.client.v1.Refreshed;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.client.v1.Subscribed;
import dev.skein.proto.client.v1.SubscriptionClosed;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.TailMessage;
import dev.skein.server.access.Caller;
import dev.skein.server.fanout.Fanout;
import dev.skein.server.fanout.Outlet;
import dev.skein.server.fanout.Pump;
import dev.skein.server.fanout.Subscription;
import dev.skein.server.loop.Loop;
import dev.skein.server.publish.Publisher;
import dev.skein.wire.Errors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's session: holds it to the grammar and its limits, joins its publishes and subscriptions with its stream. Owned by
 * one loop; everything here runs there.
 *
 * <p>Frames are let in a few at a time as they are handled. When the client takes nothing and answers pile up, no more are let
 * in, so that a client that only talks can't fill the memory.
 */
final class Session implements Outlet {

    /** Frames let in ahead of being handled. */
    static final int FRAMES_AHEAD = 64;

    /** Frames let in together: each time is a task of the event loop. */
    private static final int FRAMES_REQUESTED = FRAMES_AHEAD / 4;

    /** Answers piled up while the transport isn't ready; beyond them the client isn't heard. */
    private static final int ANSWERS_AHEAD_MAX = 8_192;

    private static final int VERSION = 1;
    private static final int CLIENT_ID_BYTES_MAX = 64;

    private final int number;
    private final Sessions.Parts parts;
    private final Loop loop;
    private final SessionTransport transport;
    private final Publisher publisher;

    /** Null: access isn't controlled. */
    private final @Nullable Caller caller;

    private final Map<Integer, Subscription> subscriptions = new HashMap<>();
    private final Set<Long> requests = new HashSet<>();

    private final Pump pump;

    private final long openedNanos;

    private @Nullable Hello hello;
    private boolean ended;
    private boolean finishing;
    private int answersAhead;
    private int framesHandled;
    private int framesHeld;
    private long lastHeardNanos;
    private long lastSentNanos;
    private long lastReadyNanos;

    Session(int number, Sessions.Parts parts, Loop loop, SessionTransport transport, @Nullable Caller caller) {
        this.number = number;
        this.parts = parts;
        this.loop = loop;
        this.transport = transport;
        this.caller = caller;
        publisher = new Publisher(parts.publishing(), loop);
        pump = new Pump(loop, transport::isReady);
        long now = parts.time().nanoTime();
        openedNanos = now;
        lastHeardNanos = now;
        lastSentNanos = now;
        lastReadyNanos = now;
    }

    /** By its number, so that the sessions of a node are gone through in the same order in every run of the same events. */
    @Override
    public int hashCode() {
        return number;
    }

    Loop loop() {
        return loop;
    }

    int subscriptionCount() {
        return subscriptions.size();
    }

    long openedNanos() {
        return openedNanos;
    }

    String clientId() {
        return hello == null ? "" : hello.getClientId();
    }

    void begin() {
        transport.request(FRAMES_AHEAD);
    }

    /** A frame has come. */
    void received(Inbound inbound) {
        if (ended) {
            return;
        }
        lastHeardNanos = parts.time().nanoTime();
        if (inbound instanceof Inbound.Publishing publishing) {
            publish(publishing);
        } else if (inbound instanceof Inbound.Framed framed) {
            framed(framed.frame());
        } else if (inbound instanceof Inbound.Malformed malformed) {
            violation("frame", malformed.text(), "a serialised ClientFrame");
        }
        admitNext();
    }

    /** The client has half-closed: no more frames come; what it published is still answered. */
    void finished() {
        finishing = true;
        completeWhenAnswered();
    }

    /** The stream is gone. */
    void gone() {
        end();
    }

    /** The transport takes more. */
    void ready() {
        if (ended || !transport.isReady()) {
            return;
        }
        lastReadyNanos = parts.time().nanoTime();
        answersAhead = 0;
        int held = framesHeld;
        framesHeld = 0;
        if (held > 0) {
            lastHeardNanos = lastReadyNanos;
            transport.request(held);
        }
        pump.go();
    }

    /**
     * Once per sweep: heartbeats both ways, and the client that takes nothing.
     *
     * @param late the process stood still before this sweep; what the client sent meanwhile may not have been looked at
     */
    void tick(boolean late) {
        if (ended) {
            return;
        }
        Error notGood = caller == null ? null : caller.problem();
        if (notGood != null) {
            fail(notGood);
            return;
        }
        long now = parts.time().nanoTime();
        if (late) {
            lastHeardNanos = now;
            lastReadyNanos = now;
        }
        boolean ready = transport.isReady();
        if (ready || !wantsToSend()) {
            lastReadyNanos = now;
        }
        if (framesHeld == 0
                && !finishing
                && now - lastHeardNanos > parts.limits().silenceNanosMax()) {
            fail(Errors.of(Reason.REASON_HEARTBEAT_TIMEOUT, silenceText(now)));
        } else if (now - lastReadyNanos > parts.limits().stallNanosMax()) {
            fail(Errors.of(Reason.REASON_SLOW_CONSUMER, stallText(now)));
        } else if (hello != null
                && ready
                && now - lastSentNanos >= parts.limits().heartbeatNanos()) {
            send(ServerFrame.newBuilder().setPong(Pong.getDefaultInstance()));
        }
    }

    /** Asks the client to move, and ends the stream when it hasn't. One that hasn't been welcomed yet is refused instead. */
    void goAway(Error reason, long slotMillis, long deadlineMillis, List<String> endpoints) {
        if (ended || hello == null) {
            fail(reason);
            return;
        }
        send(ServerFrame.newBuilder()
                .setGoAway(GoAway.newBuilder()
                        .setReason(reason)
                        .setSlotMs((int) slotMillis)
                        .setDeadlineMs((int) deadlineMillis)
                        .addAllEndpoints(endpoints)));
        loop.schedule(deadlineMillis, () -> fail(reason));
    }

    /** Ends the session with a refusal. */
    void fail(Error error) {
        if (!ended) {
            parts.publishing().metrics().rejected(error.getReason());
            end();
            transport.fail(error);
        }
    }

    @Override
    public void started(Subscription subscription, long epoch, long serial, long lastSerial) {
        send(ServerFrame.newBuilder()
                .setSubscribed(Subscribed.newBuilder()
                        .setSubscriptionId(subscription.id())
                        .setPosition(position(epoch, serial))
                        .setLastSerial(lastSerial)));
    }

    @Override
    public void messages(Subscription subscription, long epoch, List<TailMessage> messages) {
        send(FrameBytes.ofMessages(subscription.id(), epoch, messages));
    }

    @Override
    public void caughtUp(Subscription subscription, long epoch, long serial) {
        send(ServerFrame.newBuilder()
                .setCaughtUp(CaughtUp.newBuilder()
                        .setSubscriptionId(subscription.id())
                        .setPosition(position(epoch, serial))));
    }

    @Override
    public void gap(Subscription subscription, long epoch, long first, long last, GapCause cause) {
        send(ServerFrame.newBuilder()
                .setGap(Gap.newBuilder()
                        .setSubscriptionId(subscription.id())
                        .setEpoch(epoch)
                        .setFirstSerial(first)
                        .setLastSerial(last)
                        .setCause(cause)));
    }

    private static Position.Builder position(long epoch, long serial) {
        return Position.newBuilder().setEpoch(epoch).setSerial(serial);
    }

    private void send(FrameBytes frame) {
        if (!ended) {
            lastSentNanos = parts.time().nanoTime();
            transport.send(frame);
        }
    }

    @Override
    public void wantsToSend(Subscription subscription) {
        pump.add(subscription);
    }

    @Override
    public void ended(Subscription subscription, @Nullable Error error) {
        subscriptions.remove(subscription.id());
        pump.forget(subscription);
        closed(subscription.id(), error);
    }

    // ---- the grammar

    private void framed(ClientFrame frame) {
        if (hello == null) {
            first(frame);
        } else {
            further(frame);
        }
    }

    private void first(ClientFrame frame) {
        if (frame.getFrameCase() != ClientFrame.FrameCase.HELLO) {
            violation("first frame", frame.getFrameCase(), "HELLO");
            return;
        }
        Hello greeting = frame.getHello();
        Error refusal = refusal(greeting);
        if (refusal != null) {
            fail(refusal);
        } else {
            hello = greeting;
            send(ServerFrame.newBuilder().setWelcome(parts.welcome(caller)));
        }
    }

    private @Nullable Error refusal(Hello greeting) {
        if (greeting.getVersion() != VERSION) {
            return Errors.of(
                    Reason.REASON_PROTOCOL_VIOLATION,
                    Checks.text("hello.version", greeting.getVersion(), "" + VERSION));
        }
        int idBytes = greeting.getClientIdBytes().size();
        if (idBytes > CLIENT_ID_BYTES_MAX) {
            return Errors.of(
                    Reason.REASON_INVALID_ARGUMENT,
                    Checks.text("hello.client_id bytes", idBytes, "at most " + CLIENT_ID_BYTES_MAX));
        }
        String cluster = parts.clusterId();
        boolean foreign =
                !greeting.getClusterId().isEmpty() && !greeting.getClusterId().equals(cluster);
        return foreign
                ? Errors.of(
                        Reason.REASON_CLUSTER_MISMATCH,
                        Checks.text("hello.cluster_id", greeting.getClusterId(), cluster))
                : null;
    }

    private void further(ClientFrame frame) {
        switch (frame.getFrameCase()) {
            case SUBSCRIBE -> subscribe(frame.getSubscribe());
            case DEMAND -> demand(frame.getDemand());
            case UNSUBSCRIBE -> unsubscribe(frame.getUnsubscribe().getSubscriptionId());
            case PING ->
                answer(ServerFrame.newBuilder()
                        .setPong(Pong.newBuilder().setNonce(frame.getPing().getNonce())));
            case REFRESH -> refresh(frame.getRefresh());
            case HELLO -> violation("frame", "HELLO", "HELLO only once");
            case PUBLISH, FRAME_NOT_SET -> violation("frame", "none", "exactly one");
        }
    }

    private void publish(Inbound.Publishing publishing) {
        long id = publishing.requestId();
        if (hello == null) {
            violation("first frame", ClientFrame.FrameCase.PUBLISH, "HELLO");
        } else if (!requests.add(id)) {
            violation("publish.request_id", id, "one that has no unanswered publish");
        } else {
            publish(id, publishing);
        }
    }

    private void publish(long id, Inbound.Publishing publishing) {
        Error denied = caller == null ? null : caller.mayPublish(publishing.section());
        if (denied == null) {
            publisher.publish(publishing.section(), publishing.timeoutMs(), outcome -> {
                requests.remove(id);
                receipts(id, outcome);
            });
        } else {
            parts.publishing().metrics().rejected(denied.getReason());
            requests.remove(id);
            receipts(id, new PublishOutcome.Refused(denied));
        }
    }

    /** Without access control there is nothing to refresh, and whoever sends a credential is none the worse for it. */
    private void refresh(Refresh refresh) {
        Error refused = caller == null ? null : caller.refresh(refresh.getAuthorization());
        if (refused != null) {
            fail(refused);
            return;
        }
        closeDenied();
        answer(ServerFrame.newBuilder()
                .setRefreshed(Refreshed.newBuilder()
                        .setCredentialExpiresInMs(caller == null ? 0 : caller.expiresInMillis())));
    }

    /** A new credential may allow less. */
    private void closeDenied() {
        for (Subscription subscription : new ArrayList<>(subscriptions.values())) {
            Error denied = caller == null ? null : caller.may(Permission.PERMISSION_SUBSCRIBE, subscription.channel());
            if (denied != null) {
                subscription.close();
                ended(subscription, denied);
            }
        }
    }

    private void receipts(long id, PublishOutcome outcome) {
        Receipts.Builder receipts = Receipts.newBuilder().setRequestId(id);
        if (outcome instanceof PublishOutcome.Accepted accepted) {
            receipts.addAllRuns(accepted.runs());
        } else if (outcome instanceof PublishOutcome.Refused refused) {
            receipts.setError(refused.error());
        }
        answer(ServerFrame.newBuilder().setReceipts(receipts));
        completeWhenAnswered();
    }

    private void completeWhenAnswered() {
        if (finishing && !ended && publisher.inFlight() == 0) {
            end();
            transport.complete();
        }
    }

    private void subscribe(Subscribe subscribe) {
        int id = subscribe.getSubscriptionId();
        if (subscriptions.containsKey(id)) {
            violation("subscribe.subscription_id", Integer.toUnsignedString(id), "one that isn't open");
        } else if (subscriptions.size() >= parts.limits().subscriptionsMax()) {
            String expected = "at most " + parts.limits().subscriptionsMax() + " in a session";
            refuse(
                    id,
                    Errors.of(
                            Reason.REASON_TOO_MANY_SUBSCRIPTIONS,
                            Checks.text("subscriptions", subscriptions.size() + 1, expected)));
        } else {
            open(id, subscribe);
        }
    }

    private void open(int id, Subscribe subscribe) {
        Error denied = caller == null ? null : caller.may(Permission.PERMISSION_SUBSCRIBE, subscribe.getChannel());
        if (denied != null) {
            refuse(id, denied);
            return;
        }
        Fanout.Opening opening = parts.fanout().open(subscribe, loop, this);
        if (opening instanceof Fanout.Opened opened) {
            subscriptions.put(id, opened.subscription());
        } else if (opening instanceof Fanout.Refused refused) {
            refuse(id, refused.error());
        }
    }

    private void demand(Demand demand) {
        // Unknown ids are no violation: the server may just have closed the subscription.
        Subscription subscription = subscriptions.get(demand.getSubscriptionId());
        if (subscription != null) {
            subscription.demand(demand.getMessages());
        }
    }

    private void unsubscribe(int id) {
        Subscription subscription = subscriptions.remove(id);
        if (subscription != null) {
            pump.forget(subscription);
            subscription.close();
            closed(id, null);
        }
    }

    private void refuse(int id, Error error) {
        parts.publishing().metrics().rejected(error.getReason());
        closed(id, error);
    }

    private void closed(int id, @Nullable Error error) {
        SubscriptionClosed.Builder closed = SubscriptionClosed.newBuilder().setSubscriptionId(id);
        if (error != null) {
            closed.setError(error);
        }
        answer(ServerFrame.newBuilder().setSubscriptionClosed(closed));
    }

    private void violation(String name, Object value, String expected) {
        fail(Errors.of(Reason.REASON_PROTOCOL_VIOLATION, Checks.text(name, value, expected)));
    }

    // ---- the stream

    private void admitNext() {
        if (ended || answersAhead >= ANSWERS_AHEAD_MAX) {
            framesHeld++;
        } else if (++framesHandled == FRAMES_REQUESTED) {
            framesHandled = 0;
            transport.request(FRAMES_REQUESTED);
        }
    }

    private void answer(ServerFrame.Builder frame) {
        if (!transport.isReady()) {
            answersAhead++;
        }
        send(frame);
    }

    private void send(ServerFrame.Builder frame) {
        send(FrameBytes.of(frame.build()));
    }

    private boolean wantsToSend() {
        return framesHeld > 0 || pump.isHeldUp();
    }

    private void end() {
        ended = true;
        if (caller != null) {
            caller.closeStream();
        }
        publisher.close();
        new ArrayList<>(subscriptions.values()).forEach(Subscription::close);
        subscriptions.clear();
        pump.close();
        parts.ended(this);
    }

    private String silenceText(long now) {
        return Checks.text(
                "silence ms",
                TimeUnit.NANOSECONDS.toMillis(now - lastHeardNanos),
                "a frame every " + TimeUnit.NANOSECONDS.toMillis(parts.limits().heartbeatNanos()) + " ms");
    }

    private String stallText(long now) {
        return Checks.text(
                "ms without taking anything",
                TimeUnit.NANOSECONDS.toMillis(now - lastReadyNanos),
                "at most " + TimeUnit.NANOSECONDS.toMillis(parts.limits().stallNanosMax()));
    }
}
