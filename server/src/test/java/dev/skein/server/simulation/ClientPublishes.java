package dev.skein.server.simulation;

import com.google.protobuf.ByteString;
import dev.skein.core.testing.History;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.ReceiptRuns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What one client publishes: mostly numbered, sent until it is acknowledged; now and then bare, sent once. */
final class ClientPublishes {

    private static final int WINDOW = 4;

    private final int number;
    private final SimulatedWorld world;
    private final Consumer<ClientFrame.Builder> out;
    private final List<One> unanswered = new ArrayList<>();
    private final Map<String, Long> acked = new HashMap<>();
    private long requests;
    private long sequence = 1;
    private int texts;

    ClientPublishes(int number, SimulatedWorld world, Consumer<ClientFrame.Builder> out) {
        this.number = number;
        this.world = world;
        this.out = out;
    }

    /** One more; a bare one only when there is a session to send it in. */
    void publish(boolean connected) {
        boolean bare = world.random().nextInt(4) == 0;
        if (unanswered.size() < WINDOW && (connected || !bare)) {
            One next = new One(bare);
            unanswered.add(next);
            next.send();
        }
    }

    /** In a new session. Bare ones of the last one may or may not have happened. */
    void sendAgain() {
        unanswered.removeIf(each -> each.bare);
        for (One each : unanswered) {
            if (world.defect() == Defect.RENUMBERED_RETRY && each.request != 0) {
                each.section.setFirstSequence(sequence);
                sequence += each.texts.size();
            }
            each.send();
        }
    }

    void answered(Receipts receipts) {
        for (One each : List.copyOf(unanswered)) {
            if (each.request == receipts.getRequestId()) {
                each.answered(receipts);
            }
        }
    }

    /** Whoever asks for the latest afterwards must see at least so much. */
    long ackedUpTo(String channel) {
        return acked.getOrDefault(channel, 0L);
    }

    boolean isDone() {
        return unanswered.isEmpty();
    }

    @Override
    public String toString() {
        return "unanswered " + unanswered.stream().map(each -> each.texts).toList();
    }

    private final class One {

        private final boolean bare;
        private final String channel =
                SimulatedWorld.CHANNELS.get(world.random().nextInt(SimulatedWorld.CHANNELS.size()));
        private final List<String> texts = new ArrayList<>();
        private final Section.Builder section = Section.newBuilder();
        private long request;

        One(boolean bare) {
            this.bare = bare;
            ChannelMessages.Builder messages = section.addChannelsBuilder().setChannel(channel);
            for (int i = bare ? 0 : world.random().nextInt(2); i >= 0; i--) {
                String text = (bare ? "bare" : "numbered") + number + "-" + ++ClientPublishes.this.texts;
                texts.add(text);
                messages.addMessages(MessageBody.newBuilder().setPayload(ByteString.copyFromUtf8(text)));
            }
            if (!bare) {
                section.setProducer(SimulatedClient.producer(number)).setFirstSequence(sequence);
                sequence += texts.size();
            }
        }

        void send() {
            request = ++requests;
            int timeoutMillis = bare ? 200 + world.random().nextInt(800) : 5_000;
            out.accept(ClientFrame.newBuilder()
                    .setPublish(Publish.newBuilder()
                            .setRequestId(request)
                            .setSection(section)
                            .setTimeoutMs(timeoutMillis)));
        }

        void answered(Receipts receipts) {
            if (!receipts.hasError()) {
                unanswered.remove(this);
                accepted(ReceiptRuns.receipts(receipts.getRunsList()));
                return;
            }
            Reason reason = receipts.getError().getReason();
            switch (reason) {
                case REASON_NOT_LEADER, REASON_NO_LEADER, REASON_OVERLOADED, REASON_DEADLINE, REASON_NO_REPLICA ->
                    failed();
                case REASON_OUTCOME_UNKNOWN -> unknown();
                case REASON_SEQUENCE_GAP, REASON_UNKNOWN_PRODUCER -> later();
                default -> throw new AssertionError(texts + " refused: " + receipts.getError());
            }
        }

        private void accepted(List<Receipt> receipts) {
            History.check(receipts.size() == texts.size(), () -> "receipts of " + texts + ": " + receipts.size());
            for (int i = 0; i < texts.size(); i++) {
                long serial = receipts.get(i).getSerial();
                world.history().acked(texts.get(i), channel, serial);
                acked.merge(channel, serial, Math::max);
            }
        }

        private void failed() {
            if (bare) {
                unanswered.remove(this);
                texts.forEach(world.history()::failed);
            } else {
                later();
            }
        }

        private void unknown() {
            if (bare) {
                unanswered.remove(this);
            } else {
                later();
            }
        }

        private void later() {
            long mine = request;
            world.time().afterMillis(20 + world.random().nextInt(150), () -> {
                if (mine == request && unanswered.contains(this)) {
                    send();
                }
            });
        }
    }
}
