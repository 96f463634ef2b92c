package dev.skein.client.simulation;

import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.Pong;
import dev.skein.proto.client.v1.Position;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.SessionLimits;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.client.v1.Subscribed;
import dev.skein.proto.client.v1.SubscriptionClosed;
import dev.skein.proto.client.v1.Welcome;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A server's end of a session, by the grammar. What it has taken of a section goes on even when the stream is gone. */
final class ModelSession {

    /** Before a stream has arrived. */
    static final ModelSession NOBODY = new ModelSession(null, null);

    private static final int FRAME_MESSAGES_MAX = 3;

    private final @Nullable ModelNode node;
    private final @Nullable SimulatedStream stream;
    private final Map<Integer, Delivery> deliveries = new TreeMap<>();
    private boolean over;

    ModelSession(@Nullable ModelNode node, @Nullable SimulatedStream stream) {
        this.node = node;
        this.stream = stream;
    }

    SimulatedStream stream() {
        return Objects.requireNonNull(stream);
    }

    private ModelNode node() {
        return Objects.requireNonNull(node);
    }

    private SimulatedWorld world() {
        return node().world();
    }

    boolean isOpen() {
        return node != null && !over;
    }

    void end() {
        if (isOpen()) {
            over = true;
            node().ended(this);
        }
    }

    void heard(ClientFrame frame) {
        if (!isOpen()) {
            return;
        }
        switch (frame.getFrameCase()) {
            case HELLO -> welcome();
            case PUBLISH -> publish(frame.getPublish());
            case SUBSCRIBE -> subscribe(frame.getSubscribe());
            case DEMAND -> {
                Delivery delivery = deliveries.get(frame.getDemand().getSubscriptionId());
                if (delivery != null) {
                    delivery.demand += frame.getDemand().getMessages();
                }
            }
            case UNSUBSCRIBE -> deliveries.remove(frame.getUnsubscribe().getSubscriptionId());
            case PING ->
                send(ServerFrame.newBuilder()
                        .setPong(Pong.newBuilder().setNonce(frame.getPing().getNonce())));
            default -> throw new AssertionError("the client sent " + frame);
        }
        pump();
    }

    private void send(ServerFrame.Builder frame) {
        if (!over) {
            stream().toClient(frame.build());
        }
    }

    private void welcome() {
        send(ServerFrame.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setVersion(1)
                        .setClusterId("model")
                        .setNode(node().name())
                        .setRegion(node().region())
                        .setHeartbeatMs(300)
                        .setLimits(SessionLimits.newBuilder()
                                .setPublishesInFlight(3)
                                .setMessagesPerPublish(4)
                                .setPublishBytesInFlight(1 << 20)
                                .setPublishBytes(1 << 18))));
    }

    // ---- publishing

    /** The section goes on its way through the cluster, which may hold it up for longer than the session lasts. */
    private void publish(Publish publish) {
        SimulatedWorld world = world();
        long delay = 1_000_000 + world.random().nextInt(world.happens(10) ? 900_000_000 : 30_000_000);
        world.time().after(delay, () -> answer(publish));
    }

    private void answer(Publish publish) {
        SimulatedWorld world = world();
        Receipts.Builder answer;
        int fate = world.happens(25) ? world.random().nextInt(5) : -1;
        switch (fate) {
            case 0 -> answer = refused(Reason.REASON_OVERLOADED);
            case 1 -> answer = refused(Reason.REASON_NO_LEADER);
            case 2 -> answer = refused(Reason.REASON_OUTCOME_UNKNOWN);
            case 3 -> {
                take(publish);
                answer = refused(
                        world.defect() == Defect.UNKNOWN_TOLD_AS_FAILED
                                ? Reason.REASON_CONDITION_FAILED
                                : Reason.REASON_OUTCOME_UNKNOWN);
            }
            case 4 -> answer = refused(Reason.REASON_DEADLINE);
            default -> answer = take(publish);
        }
        if (world.defect() != Defect.LOST_ANSWER || world.random().nextInt(10) > 0) {
            send(ServerFrame.newBuilder().setReceipts(answer.setRequestId(publish.getRequestId())));
        }
        world.pumpAll();
    }

    private Receipts.Builder take(Publish publish) {
        String channel = publish.getSection().getChannels(0).getChannel();
        return world().shardOf(channel).take(publish.getSection());
    }

    private static Receipts.Builder refused(Reason reason) {
        return Receipts.newBuilder().setError(Errors.of(reason, "model"));
    }

    // ---- delivering

    private void subscribe(Subscribe frame) {
        int seen = seen(frame.getChannel());
        Reason refusal = world().happens(20) ? Reason.REASON_READ_NOT_CONFIRMED : null;
        long last = frame.getStart().hasPosition()
                ? frame.getStart().getPosition().getSerial()
                : frame.getStart().getSerial() - 1;
        if (last > seen) {
            refusal = Reason.REASON_FUTURE_POSITION;
        }
        if (refusal != null) {
            send(ServerFrame.newBuilder()
                    .setSubscriptionClosed(SubscriptionClosed.newBuilder()
                            .setSubscriptionId(frame.getSubscriptionId())
                            .setError(Errors.of(refusal, "model"))));
            return;
        }
        Delivery delivery = new Delivery(frame.getChannel(), last + 1, frame.getDemand());
        if (world().defect() == Defect.RESUME_TOO_LATE && frame.getStart().hasPosition()) {
            delivery.next++;
        }
        deliveries.put(frame.getSubscriptionId(), delivery);
        send(ServerFrame.newBuilder()
                .setSubscribed(Subscribed.newBuilder()
                        .setSubscriptionId(frame.getSubscriptionId())
                        .setPosition(
                                Position.newBuilder().setEpoch(ModelShard.EPOCH).setSerial(last))
                        .setLastSerial(seen)));
    }

    void pump() {
        Map.copyOf(deliveries).forEach((id, delivery) -> {
            while (isOpen() && delivery.demand > 0 && delivery.next <= seen(delivery.channel)) {
                sendMessages(id, delivery);
            }
        });
    }

    /** Now and then the server leaves its order, as a defective one might: the client must not pass that on. */
    private void sendMessages(int id, Delivery delivery) {
        long last = Math.min(seen(delivery.channel), delivery.next + Math.min(delivery.demand, FRAME_MESSAGES_MAX) - 1);
        long from = delivery.next;
        if (world().errs()) {
            from = Math.max(1, from - 1);
        } else if (world().errs() && last > from) {
            from++;
        }
        List<StoredMessage> messages =
                world().shardOf(delivery.channel).channel(delivery.channel).subList((int) from - 1, (int) last);
        delivery.demand -= last - delivery.next + 1;
        delivery.next = last + 1;
        Messages.Builder frame = Messages.newBuilder().setSubscriptionId(id).setEpoch(ModelShard.EPOCH);
        frame.addAllMessages(messages);
        send(ServerFrame.newBuilder().setMessages(frame));
    }

    private int seen(String channel) {
        return Math.max(0, world().shardOf(channel).channel(channel).size() - node().lag());
    }

    private static final class Delivery {

        private final String channel;
        private long next;
        private long demand;

        Delivery(String channel, long next, long demand) {
            this.channel = channel;
            this.next = next;
            this.demand = demand;
        }
    }
}
