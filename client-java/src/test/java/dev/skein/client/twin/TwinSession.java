package dev.skein.client.twin;

import dev.skein.proto.client.v1.CaughtUp;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Gap;
import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.Pong;
import dev.skein.proto.client.v1.Position;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.SessionLimits;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.client.v1.Subscribed;
import dev.skein.proto.client.v1.SubscriptionClosed;
import dev.skein.proto.client.v1.Welcome;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import dev.skein.wire.ResumeTokens;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One session by the grammar. Guarded by the cluster's monitor. */
final class TwinSession implements StreamObserver<ClientFrame> {

    private static final int FRAME_MESSAGES = 16;

    private final TwinNode node;
    private final StreamObserver<ServerFrame> out;
    private final Map<Integer, Delivery> deliveries = new LinkedHashMap<>();
    private boolean welcomed;
    private boolean over;

    private static final class Delivery {
        String channel = "";
        long epoch;
        long next;
        long demand;
        long caughtUpAt;
        boolean caughtUp;
    }

    TwinSession(TwinNode node, StreamObserver<ServerFrame> out) {
        this.node = node;
        this.out = out;
    }

    @Override
    public void onNext(ClientFrame frame) {
        synchronized (node.cluster()) {
            if (!over && !node.silent) {
                handle(frame);
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        synchronized (node.cluster()) {
            over = true;
            node.ended(this);
        }
    }

    @Override
    public void onCompleted() {
        synchronized (node.cluster()) {
            if (!over) {
                over = true;
                node.ended(this);
                out.onCompleted();
            }
        }
    }

    void breakOff() {
        if (!over) {
            over = true;
            node.ended(this);
            out.onError(Status.UNAVAILABLE.withDescription("the node restarts").asRuntimeException());
        }
    }

    void send(ServerFrame frame) {
        if (!over && !node.silent) {
            out.onNext(frame);
        }
    }

    long largestDemand() {
        return deliveries.values().stream().mapToLong(d -> d.demand).max().orElse(0);
    }

    void pump() {
        Map.copyOf(deliveries).forEach(this::pump);
    }

    void deliverEphemeral(String channel, StoredMessage message) {
        deliveries.forEach((id, delivery) -> {
            if (delivery.channel.equals(channel) && delivery.next == message.getSerial() + 1 && delivery.demand > 0) {
                delivery.demand--;
                send(messages(id, delivery.epoch, List.of(message)));
            }
        });
    }

    private void handle(ClientFrame frame) {
        if (!welcomed) {
            hello(frame);
            return;
        }
        switch (frame.getFrameCase()) {
            case PUBLISH -> {
                Receipts answer = node.answer(frame.getPublish());
                if (answer == null) {
                    breakOff();
                } else {
                    send(ServerFrame.newBuilder().setReceipts(answer).build());
                }
            }
            case SUBSCRIBE -> subscribe(frame.getSubscribe());
            case DEMAND -> {
                Delivery delivery = deliveries.get(frame.getDemand().getSubscriptionId());
                if (delivery != null) {
                    delivery.demand += frame.getDemand().getMessages();
                    pump(frame.getDemand().getSubscriptionId(), delivery);
                }
            }
            case UNSUBSCRIBE -> {
                int id = frame.getUnsubscribe().getSubscriptionId();
                deliveries.remove(id);
                close(id, null);
            }
            case PING ->
                send(ServerFrame.newBuilder()
                        .setPong(Pong.newBuilder().setNonce(frame.getPing().getNonce()))
                        .build());
            default -> violation("frame: " + frame.getFrameCase());
        }
    }

    private void hello(ClientFrame frame) {
        if (!frame.hasHello() || frame.getHello().getVersion() != 1) {
            violation("first frame: " + frame.getFrameCase() + " (expected: HELLO)");
            return;
        }
        welcomed = true;
        node.opened(this);
        send(ServerFrame.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setVersion(1)
                        .setClusterId(TwinCluster.CLUSTER_ID)
                        .setNode(node.name())
                        .setRegion(node.region())
                        .setHeartbeatMs(100)
                        .setLimits(SessionLimits.newBuilder()
                                .setPublishesInFlight(64)
                                .setPublishBytesInFlight(1 << 20)
                                .setPublishBytes(1 << 18)))
                .build());
    }

    private void violation(String text) {
        over = true;
        out.onError(Errors.toStatus(Errors.of(Reason.REASON_PROTOCOL_VIOLATION, text)));
    }

    private void subscribe(Subscribe frame) {
        int id = frame.getSubscriptionId();
        if (deliveries.containsKey(id)) {
            violation("subscription_id: " + id + " (expected: one that isn't open)");
            return;
        }
        TwinChannel channel = node.cluster().channel(frame.getChannel());
        Error refusal = refusal(frame.getStart(), channel);
        if (refusal != null) {
            close(id, refusal);
            return;
        }
        Delivery delivery = new Delivery();
        delivery.channel = frame.getChannel();
        delivery.epoch = channel.epoch;
        delivery.next = first(frame.getStart(), channel);
        delivery.demand = frame.getDemand();
        delivery.caughtUpAt = channel.lastSerial();
        deliveries.put(id, delivery);
        send(ServerFrame.newBuilder()
                .setSubscribed(Subscribed.newBuilder()
                        .setSubscriptionId(id)
                        .setPosition(
                                Position.newBuilder().setEpoch(channel.epoch).setSerial(delivery.next - 1))
                        .setLastSerial(channel.lastSerial()))
                .build());
        pump(id, delivery);
    }

    private static Error refusal(Start start, TwinChannel channel) {
        if (start.hasResumeToken()) {
            boolean ours = ResumeTokens.decode(start.getResumeToken())
                    .filter(token -> token.getClusterId().equals(TwinCluster.CLUSTER_ID))
                    .isPresent();
            return ours ? null : Errors.of(Reason.REASON_FOREIGN_TOKEN, "resume_token: of another cluster");
        }
        if (!start.hasPosition()) {
            return null;
        }
        if (start.getPosition().getEpoch() != channel.epoch) {
            return Errors.of(
                    Reason.REASON_WRONG_EPOCH,
                    "epoch: " + start.getPosition().getEpoch(),
                    Map.of("epoch", Long.toString(channel.epoch)));
        }
        return start.getPosition().getSerial() > channel.lastSerial()
                ? Errors.of(
                        Reason.REASON_FUTURE_POSITION,
                        "serial: " + start.getPosition().getSerial())
                : null;
    }

    private static long first(Start start, TwinChannel channel) {
        return switch (start.getFromCase()) {
            case POSITION -> start.getPosition().getSerial() + 1;
            case RESUME_TOKEN ->
                ResumeTokens.decode(start.getResumeToken())
                                .orElseThrow()
                                .getPosition()
                                .getSerial()
                        + 1;
            case SERIAL -> start.getSerial();
            case LAST -> Math.max(channel.firstSerial, channel.lastSerial() - start.getLast() + 1);
            default -> channel.lastSerial() + 1;
        };
    }

    private void pump(int id, Delivery delivery) {
        TwinChannel channel = node.cluster().channel(delivery.channel);
        if (delivery.next < channel.firstSerial) {
            send(ServerFrame.newBuilder()
                    .setGap(Gap.newBuilder()
                            .setSubscriptionId(id)
                            .setEpoch(channel.epoch)
                            .setFirstSerial(delivery.next)
                            .setLastSerial(channel.firstSerial - 1)
                            .setCause(GapCause.GAP_CAUSE_RETENTION))
                    .build());
            delivery.next = channel.firstSerial;
        }
        while (!over && delivery.demand > 0 && delivery.next <= channel.lastSerial()) {
            long last = Math.min(channel.lastSerial(), delivery.next + Math.min(delivery.demand, FRAME_MESSAGES) - 1);
            if (node.holes > 0) {
                node.holes--;
                delivery.next++;
                continue;
            }
            List<StoredMessage> batch = channel.messages.subList((int) delivery.next - 1, (int) last);
            delivery.demand -= batch.size();
            delivery.next = last + 1;
            send(messages(id, channel.epoch, batch));
        }
        if (!delivery.caughtUp && delivery.next > delivery.caughtUpAt) {
            delivery.caughtUp = true;
            send(ServerFrame.newBuilder()
                    .setCaughtUp(CaughtUp.newBuilder().setSubscriptionId(id))
                    .build());
        }
    }

    private static ServerFrame messages(int id, long epoch, List<StoredMessage> batch) {
        return ServerFrame.newBuilder()
                .setMessages(Messages.newBuilder()
                        .setSubscriptionId(id)
                        .setEpoch(epoch)
                        .addAllMessages(batch))
                .build();
    }

    private void close(int id, Error error) {
        SubscriptionClosed.Builder closed = SubscriptionClosed.newBuilder().setSubscriptionId(id);
        if (error != null) {
            closed.setError(error);
        }
        send(ServerFrame.newBuilder().setSubscriptionClosed(closed).build());
    }
}
