package dev.skein.replication.group;

import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.Mutation;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.shard.ShardMachine;
import dev.skein.wire.Errors;
import dev.skein.wire.ReceiptRuns;
import dev.skein.wire.SectionView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Deliberate defects of a leader that does when it proposes what belongs to apply: see {@link Mutation}. */
final class HastyLeader {

    static final boolean IS_ON = Mutation.ACK_BEFORE_COMMIT.isOn()
            || Mutation.SERIAL_AT_PROPOSE.isOn()
            || Mutation.DELIVERY_BEFORE_COMMIT.isOn()
            || Mutation.CONDITION_AT_PROPOSE.isOn();

    private HastyLeader() {}

    /**
     * Does what the defect that is switched on does too early.
     *
     * @return who is told of the outcome, as a rule {@code whenDone}; empty: nothing is to be proposed
     */
    static Optional<Consumer<PublishOutcome>> propose(
            ShardMachine machine, SectionView section, Consumer<PublishOutcome> whenDone) {
        if (Mutation.ACK_BEFORE_COMMIT.isOn()) {
            whenDone.accept(new PublishOutcome.Accepted(guess(machine, section)));
            return Optional.of(outcome -> {});
        }
        if (Mutation.SERIAL_AT_PROPOSE.isOn()) {
            List<ReceiptRun> promised = guess(machine, section);
            return Optional.of(outcome -> whenDone.accept(
                    outcome instanceof PublishOutcome.Accepted ? new PublishOutcome.Accepted(promised) : outcome));
        }
        if (Mutation.DELIVERY_BEFORE_COMMIT.isOn()) {
            machine.deliverEarly(section);
        }
        return Mutation.CONDITION_AT_PROPOSE.isOn() && isDenied(machine, section, whenDone)
                ? Optional.empty()
                : Optional.of(whenDone);
    }

    private static List<ReceiptRun> guess(ShardMachine machine, SectionView section) {
        ReceiptRuns receipts = new ReceiptRuns(machine.epoch());
        for (int part = 0; part < section.parts(); part++) {
            ChannelExtent extent = machine.extent(section.channel(part));
            for (int i = section.first(part); i < section.first(part + 1); i++) {
                long serial = extent.lastSerial() + 1 + i - section.first(part);
                receipts.add(serial, 0, machine.logTimeMillis(), false);
            }
        }
        return receipts.build();
    }

    private static boolean isDenied(ShardMachine machine, SectionView section, Consumer<PublishOutcome> whenDone) {
        if (!section.hasExpectedLastSerial()) {
            return false;
        }
        long last = machine.extent(section.channel(0)).lastSerial();
        if (last == section.expectedLastSerial()) {
            return false;
        }
        whenDone.accept(new PublishOutcome.Refused(Errors.of(
                Reason.REASON_CONDITION_FAILED, "last serial: " + last, Map.of("last_serial", Long.toString(last)))));
        return true;
    }
}
