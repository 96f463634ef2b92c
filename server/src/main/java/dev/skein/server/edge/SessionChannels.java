package dev.skein.server.edge;

import dev.skein.core.ChannelName;
import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.edge.v1.SubscribeRequest;
import dev.skein.proto.error.v1.Error;
import dev.skein.replication.TailMessage;
import dev.skein.server.fanout.Outlet;
import dev.skein.server.fanout.Pump;
import dev.skein.server.fanout.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The channels that a session follows. Owned by the session's loop. */
final class SessionChannels implements Outlet {

    private final EdgeParts parts;
    private final EdgeSession session;
    private final Pump pump;
    private final Map<String, EdgeSubscription> channels = new HashMap<>();

    /** By their numbers with the service, which change when one begins anew. */
    private final Map<Integer, EdgeSubscription> numbered = new HashMap<>();

    private int lastNumber;

    /** Whether there may be one whose terms end before the session. */
    private boolean mayEnd;

    SessionChannels(EdgeParts parts, EdgeSession session, Pump pump) {
        this.parts = parts;
        this.session = session;
        this.pump = pump;
    }

    int count() {
        return channels.size();
    }

    @Nullable
    EdgeSubscription get(String channel) {
        return channels.get(channel);
    }

    /** Whether the client is in a channel, under whichever of its names. */
    boolean follows(String channel) {
        String full = ChannelName.parse(channel).full();
        return channels.values().stream().anyMatch(each -> each.isLive(full));
    }

    /** A subscription, not open yet, of a channel that has none. */
    EdgeSubscription add(SubscribeRequest request, Terms terms, EdgeSubscription.Asker asker) {
        EdgeSubscription subscription = new EdgeSubscription(parts, session, request, terms, asker);
        mayEnd |= terms.mayEnd();
        channels.put(request.getChannel(), subscription);
        return subscription;
    }

    /** It goes on with newer terms. */
    void renew(EdgeSubscription subscription, Terms newer) {
        mayEnd |= newer.mayEnd();
        subscription.renew(newer);
    }

    /** The client wants no more of it. */
    void remove(String channel) {
        EdgeSubscription subscription = channels.remove(channel);
        if (subscription != null) {
            subscription.close();
        }
    }

    /** The client's subscription has ended. */
    void forget(EdgeSubscription subscription) {
        channels.remove(subscription.channel(), subscription);
    }

    /** A number for a subscription of the service. */
    int register(EdgeSubscription subscription) {
        numbered.put(++lastNumber, subscription);
        return lastNumber;
    }

    /** The subscription of the service has ended. */
    void unregister(int number, @Nullable Subscription ended) {
        numbered.remove(number);
        if (ended != null) {
            pump.forget(ended);
        }
    }

    /** The transport takes more. */
    void go() {
        pump.go();
    }

    /** Whether only the transport keeps somebody from sending. */
    boolean areHeldUp() {
        return pump.isHeldUp();
    }

    /** Looks whether terms still hold. */
    void tick() {
        if (mayEnd) {
            long wall = parts.time().wallMillis();
            List.copyOf(channels.values()).forEach(each -> each.tick(wall));
        }
    }

    /** Ends all without a word. */
    void closeAll() {
        List.copyOf(channels.values()).forEach(EdgeSubscription::close);
        channels.clear();
    }

    /** The same, and nothing is sent any more. */
    void close() {
        pump.close();
        closeAll();
    }

    // ---- what the service says

    @Override
    public void started(Subscription subscription, long epoch, long serial, long lastSerial) {
        of(subscription, mine -> mine.started(epoch, serial, lastSerial));
    }

    @Override
    public void messages(Subscription subscription, long epoch, List<TailMessage> messages) {
        of(subscription, mine -> mine.messages(epoch, messages));
    }

    @Override
    public void caughtUp(Subscription subscription, long epoch, long serial) {
        of(subscription, EdgeSubscription::caughtUp);
    }

    @Override
    public void gap(Subscription subscription, long epoch, long first, long last, GapCause cause) {
        of(subscription, EdgeSubscription::gap);
    }

    @Override
    public void wantsToSend(Subscription subscription) {
        pump.add(subscription);
    }

    @Override
    public void ended(Subscription subscription, @Nullable Error error) {
        of(subscription, mine -> mine.ended(error));
    }

    private void of(Subscription subscription, Consumer<EdgeSubscription> word) {
        EdgeSubscription mine = numbered.get(subscription.id());
        if (mine != null) {
            word.accept(mine);
        }
    }
}
