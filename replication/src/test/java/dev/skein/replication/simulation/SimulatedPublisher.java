package dev.skein.replication.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.testing.History;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.replication.PublishOutcome;
import dev.skein.wire.SectionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Publishes through a network that loses, doubles and delays, and does with the answers what a client may do: sends again what is
 * repeatable, gives up what isn't.
 */
final class SimulatedPublisher {

    private static final int WINDOW = 4;
    private static final int BARE_ATTEMPTS_MAX = 3;

    private final Kind kind;
    private final String name;
    private final ByteString producer;
    private final SimulatedWorld world;
    private final Random random;
    private final List<Publish> all = new ArrayList<>();
    private int numbers;
    private long sequence = 1;
    private long lastSerialKnown;

    SimulatedPublisher(Kind kind, int number, SimulatedWorld world, Random random) {
        this.kind = kind;
        this.name = kind.name().toLowerCase(Locale.ROOT) + number;
        this.world = world;
        this.random = random;
        byte[] id = new byte[16];
        id[0] = (byte) (number + 1);
        this.producer = ByteString.copyFrom(id);
    }

    /** Publishes one more, unless too much is unanswered. */
    void publish() {
        int open = 0;
        for (Publish each : all) {
            open += each.done ? 0 : 1;
        }
        if (open < (kind == Kind.CONDITIONAL ? 1 : WINDOW)) {
            Publish next = new Publish();
            all.add(next);
            next.send();
        }
    }

    boolean isDone() {
        return all.stream().allMatch(each -> each.done);
    }

    @Override
    public String toString() {
        return name + " waits for "
                + all.stream()
                        .filter(each -> !each.done)
                        .map(each -> each.texts)
                        .toList();
    }

    /** How it makes sure of what it publishes. */
    enum Kind {
        /** By producer sequences; again until it is acknowledged. */
        NUMBERED,
        /** By message ids; again until it is acknowledged. */
        NAMED,
        /** By a message id and the channel's last serial; again until it is acknowledged or the channel has moved. */
        CONDITIONAL,
        /** Not at all: again only after "nothing was proposed". */
        BARE
    }

    private final class Publish {

        private final List<String> channels = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();
        private final PublishSection.Builder section = PublishSection.newBuilder();
        private SectionView view;
        private boolean done;
        private int attempt;

        Publish() {
            int parts = kind == Kind.NUMBERED || kind == Kind.NAMED ? 1 + random.nextInt(2) : 1;
            for (int i = 0; i < parts; i++) {
                part(kind == Kind.CONDITIONAL ? 0 : random.nextInt(SimulatedWorld.CHANNELS.size()));
            }
            if (kind == Kind.NUMBERED) {
                section.setProducer(producer).setFirstSequence(sequence);
                sequence += texts.size();
            } else if (kind == Kind.CONDITIONAL) {
                section.setExpectedLastSerial(lastSerialKnown);
            }
            view = view();
        }

        private void part(int channel) {
            SectionChannel.Builder part = section.addChannelsBuilder();
            part.setChannel(SimulatedWorld.CHANNELS.get(channel));
            int count = kind == Kind.BARE || kind == Kind.CONDITIONAL ? 1 : 1 + random.nextInt(2);
            for (int i = 0; i < count; i++) {
                String text = name + "-" + ++numbers;
                boolean named = kind == Kind.NAMED || kind == Kind.CONDITIONAL;
                channels.add(part.getChannel());
                texts.add(text);
                part.addMessages(MessageBody.newBuilder()
                        .setMessageId(named ? text : "")
                        .setPayload(ByteString.copyFromUtf8(text))
                        .build()
                        .toByteString());
            }
        }

        private SectionView view() {
            try {
                return SectionView.of(section.build().toByteString());
            } catch (InvalidProtocolBufferException impossible) {
                throw new AssertionError(impossible);
            }
        }

        void send() {
            int mine = ++attempt;
            if (mine > 1 && kind == Kind.NUMBERED && world.defect() == Defect.RENUMBERED_RETRY) {
                section.setFirstSequence(sequence);
                sequence += texts.size();
                view = view();
            }
            world.send(view, kind != Kind.BARE, outcome -> {
                if (mine == attempt && !done) {
                    answered(outcome);
                }
            });
            world.time().afterMillis(300 + random.nextInt(500), () -> {
                if (mine == attempt && !done) {
                    unknown();
                }
            });
        }

        private void answered(PublishOutcome outcome) {
            if (outcome instanceof PublishOutcome.Accepted accepted) {
                accepted(accepted.receipts());
                return;
            }
            Reason reason = ((PublishOutcome.Refused) outcome).error().getReason();
            switch (reason) {
                case REASON_NOT_LEADER, REASON_NO_LEADER, REASON_OVERLOADED -> notProposed();
                case REASON_SEQUENCE_GAP, REASON_UNKNOWN_PRODUCER -> retry();
                case REASON_OUTCOME_UNKNOWN -> unknown();
                case REASON_CONDITION_FAILED -> conditionFailed((PublishOutcome.Refused) outcome);
                default -> throw new AssertionError(texts + " refused: " + reason);
            }
        }

        private void accepted(List<Receipt> receipts) {
            done = true;
            History.check(receipts.size() == texts.size(), () -> "receipts of " + texts + ": " + receipts.size());
            for (int i = 0; i < receipts.size(); i++) {
                long serial = receipts.get(i).getSerial();
                world.history().acked(texts.get(i), channels.get(i), serial);
                boolean fits = kind != Kind.CONDITIONAL || serial == section.getExpectedLastSerial() + 1;
                History.check(fits, () -> texts + " expected " + section.getExpectedLastSerial() + ", got " + serial);
                lastSerialKnown = serial;
            }
        }

        private void notProposed() {
            boolean givenUp = kind == Kind.BARE && attempt == BARE_ATTEMPTS_MAX;
            if (givenUp) {
                done = true;
                texts.forEach(world.history()::failed);
            } else {
                retry();
            }
        }

        private void unknown() {
            if (kind == Kind.BARE) {
                done = true;
            } else {
                retry();
            }
        }

        /** The channel's last serial only grows, so the condition never holds again. */
        private void conditionFailed(PublishOutcome.Refused refused) {
            done = true;
            texts.forEach(world.history()::failed);
            lastSerialKnown = Long.parseLong(refused.error().getMetadataOrThrow("last_serial"));
        }

        private void retry() {
            int mine = ++attempt;
            world.time().afterMillis(10 + random.nextInt(100), () -> {
                if (mine == attempt && !done) {
                    send();
                }
            });
        }
    }
}
