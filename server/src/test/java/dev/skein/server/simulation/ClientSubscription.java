package dev.skein.server.simulation;

import dev.skein.core.testing.History;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Demand;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.Position;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.client.v1.Subscribed;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.ResumeTokens;
import java.util.function.Consumer;

/** One subscription through all sessions of its client: whatever comes is the next serial, whoever sends it. */
final class ClientSubscription {

    private final SimulatedWorld world;
    private final ClientPublishes own;
    private final Consumer<ClientFrame.Builder> out;
    private final String channel;
    private final boolean fromLatest;
    private int id;
    private boolean started;
    private long next = 1;
    private long demand;
    private long floor;

    /**
     * A subscription from the channel's beginning, or from now.
     *
     * @param ids the one before the first that it uses
     */
    ClientSubscription(
            int ids, boolean fromLatest, SimulatedWorld world, ClientPublishes own, Consumer<ClientFrame.Builder> out) {
        this.id = ids;
        this.world = world;
        this.own = own;
        this.out = out;
        this.channel = SimulatedWorld.CHANNELS.get(world.random().nextInt(SimulatedWorld.CHANNELS.size()));
        this.fromLatest = fromLatest;
    }

    /** In a new session, or again in the same. */
    void resume() {
        demand = 1 + world.random().nextInt(4);
        floor = own.ackedUpTo(channel);
        out.accept(ClientFrame.newBuilder()
                .setSubscribe(Subscribe.newBuilder()
                        .setSubscriptionId(++id)
                        .setChannel(channel)
                        .setDemand(demand)
                        .setStart(start())));
    }

    private Start.Builder start() {
        if (!started) {
            return fromLatest
                    ? Start.newBuilder().setLatest(true)
                    : Start.newBuilder().setSerial(1);
        }
        long last = world.defect() == Defect.STALE_POSITION ? Math.max(0, next - 2) : next - 1;
        return world.random().nextBoolean()
                ? Start.newBuilder()
                        .setPosition(Position.newBuilder()
                                .setEpoch(SimulatedShard.EPOCH)
                                .setSerial(last))
                : Start.newBuilder()
                        .setResumeToken(
                                ResumeTokens.encode(SimulatedNode.CLUSTER_ID, channel, SimulatedShard.EPOCH, last));
    }

    void heard(ServerFrame frame) {
        switch (frame.getFrameCase()) {
            case SUBSCRIBED -> {
                if (frame.getSubscribed().getSubscriptionId() == id) {
                    subscribed(frame.getSubscribed());
                }
            }
            case MESSAGES -> {
                if (frame.getMessages().getSubscriptionId() == id) {
                    messages(frame.getMessages());
                }
            }
            case SUBSCRIPTION_CLOSED -> {
                if (frame.getSubscriptionClosed().getSubscriptionId() == id) {
                    closed(frame.getSubscriptionClosed().getError());
                }
            }
            case GAP -> throw new AssertionError("nothing is ever gone here: " + frame.getGap());
            default -> {}
        }
    }

    boolean isAtTheEnd() {
        return started && next > world.lastSerial(channel);
    }

    @Override
    public String toString() {
        return channel + " wants " + next + (started ? "" : " (not started)");
    }

    private void subscribed(Subscribed subscribed) {
        long last = subscribed.getPosition().getSerial();
        if (started || !fromLatest) {
            History.check(last == next - 1, () -> channel + " resumed after " + last + ", not " + (next - 1));
        } else {
            History.check(
                    last >= floor, () -> channel + ": latest is " + last + ", but " + floor + " was acknowledged");
            next = last + 1;
        }
        // Before the first message the epoch may not be known; then there is nothing to resume.
        started |= subscribed.getPosition().getEpoch() == SimulatedShard.EPOCH;
    }

    private void messages(Messages messages) {
        started = true;
        for (StoredMessage each : messages.getMessagesList()) {
            History.check(each.getSerial() == next, () -> channel + ": " + each.getSerial() + " for " + next);
            world.history()
                    .message(
                            channel,
                            each.getSerial(),
                            each.getBody().getPayload().toStringUtf8());
            next++;
        }
        demand -= messages.getMessagesCount();
        History.check(demand >= 0, () -> channel + ": more than was asked for");
        long more = world.random().nextInt(demand == 0 ? 4 : 2) + (demand == 0 ? 1 : 0);
        if (more > 0) {
            demand += more;
            out.accept(ClientFrame.newBuilder()
                    .setDemand(Demand.newBuilder().setSubscriptionId(id).setMessages(more)));
        }
    }

    private void closed(Error error) {
        Reason reason = error.getReason();
        boolean passing = reason == Reason.REASON_READ_NOT_CONFIRMED
                || reason == Reason.REASON_NO_REPLICA
                || reason == Reason.REASON_OVERLOADED;
        History.check(passing, () -> channel + " closed at " + (next - 1) + ": " + error);
        int mine = id;
        world.time().afterMillis(50 + world.random().nextInt(200), () -> {
            if (mine == id) {
                resume();
            }
        });
    }
}
