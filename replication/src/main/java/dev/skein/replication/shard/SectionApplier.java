package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.proto.error.v1.Error;
import dev.skein.replication.PublishOutcome;
import dev.skein.wire.ReceiptRuns;
import dev.skein.wire.SectionView;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a publish, in this order: producer sequence, message ids, condition, serials. Whatever was seen before is answered
 * before the condition is looked at, so that a retried success is a success. Owned by the apply thread.
 */
final class SectionApplier {

    private final Progress progress;
    private final ChannelTable channels;
    private final ProducerTable producers;
    private final MessageIdWindow ids;
    private final TailCollector tails;

    SectionApplier(
            Progress progress,
            ChannelTable channels,
            ProducerTable producers,
            MessageIdWindow ids,
            TailCollector tails) {
        this.progress = progress;
        this.channels = channels;
        this.producers = producers;
        this.ids = ids;
        this.tails = tails;
    }

    /**
     * Applies one section.
     *
     * @param ordinal of the section in its entry
     */
    PublishOutcome apply(SectionView section, int ordinal) {
        PublishOutcome outcome = decide(section, ordinal);
        digest(outcome);
        return outcome;
    }

    private PublishOutcome decide(SectionView section, int ordinal) {
        Optional<Error> malformed = SectionShape.malformed(section);
        if (malformed.isPresent()) {
            return new PublishOutcome.Refused(malformed.get());
        }
        int[] marks = SectionShape.marks(section);
        for (int mark : marks) {
            progress.digest.add(mark);
        }
        if (section.producer().isEmpty()) {
            return outcome(List.of(), publish(section, ordinal, 0));
        }
        SequenceVerdict verdict = producers.check(section, marks);
        if (verdict instanceof SequenceVerdict.Refuse refuse) {
            return new PublishOutcome.Refused(refuse.error());
        }
        if (verdict instanceof SequenceVerdict.Seen seen) {
            return seen.outcome();
        }
        List<ReceiptRun> seen = ((SequenceVerdict.Fresh) verdict).seen();
        int from = ReceiptRuns.count(seen);
        Publication publication = publish(section, ordinal, from);
        producers.remember(section, from, marks, publication);
        return outcome(seen, publication);
    }

    /** Publishes the messages from {@code from} on. */
    private Publication publish(SectionView section, int ordinal, int from) {
        Optional<Error> denial = denial(section, from);
        if (denial.isPresent()) {
            return new Publication.Denied(denial.get());
        }
        ReceiptRuns receipts = new ReceiptRuns(progress.epoch());
        if (section.ephemeral()) {
            pass(section, from, receipts);
        } else {
            for (int part = 0; part < section.parts(); part++) {
                store(section, ordinal, part, from, receipts);
            }
        }
        return new Publication.Taken(receipts.build());
    }

    /** Only a section of one channel can be denied: see {@link SectionShape}. */
    private Optional<Error> denial(SectionView section, int from) {
        boolean atomic = section.atomic() && !section.ephemeral();
        if (!atomic && !section.hasExpectedLastSerial()) {
            return Optional.empty();
        }
        String channel = section.channel(0);
        int count = section.messages() - from;
        int known = section.ephemeral() ? 0 : known(section, from);
        if (known == count) {
            return Optional.empty();
        }
        if (atomic && (known > 0 || hasRepeats(section, from))) {
            return Optional.of(Refusals.messageIds(Math.max(known, 1), count));
        }
        long last = channels.head(channel).lastSerial;
        return section.hasExpectedLastSerial() && section.expectedLastSerial() != last
                ? Optional.of(Refusals.condition(section.expectedLastSerial(), last))
                : Optional.empty();
    }

    private void pass(SectionView section, int from, ReceiptRuns receipts) {
        String channel = section.channel(0);
        long serial = channels.head(channel).lastSerial;
        for (int i = from; i < section.messages(); i++) {
            receipts.add(serial, 0, progress.logTime, false);
        }
        tails.add(new TailSlice(channel, section, from, section.messages() - from, serial, 0, progress.logTime));
    }

    /** A part's messages from {@code from} on: each gets the original's receipt, or the next serial. */
    private void store(SectionView section, int ordinal, int part, int from, ReceiptRuns receipts) {
        String channel = section.channel(part);
        int end = section.first(part + 1);
        int fresh = Math.max(from, section.first(part));
        RunBuilder run = null;
        for (int i = fresh; i < end; i++) {
            ByteString id = ids.idOf(section, i);
            Receipt original = id.isEmpty() ? null : ids.find(channel, id);
            if (original != null) {
                tell(section, run, fresh, i);
                fresh = i + 1;
                receipts.add(original.getSerial(), original.getShardSerial(), original.getTimeMs(), true);
            } else {
                run = run == null ? channels.run(channel) : run;
                channels.append(run, ordinal, i, section.messageBytes(i));
                receipts.add(run.head.lastSerial, progress.shardSerial, progress.logTime, false);
                if (!id.isEmpty()) {
                    ids.remember(channel, id, run.head.lastSerial);
                }
            }
        }
        tell(section, run, fresh, end);
    }

    /** Neighbouring messages have just got the channel's last serials. */
    private void tell(SectionView section, @Nullable RunBuilder run, int from, int to) {
        int count = to - from;
        if (run != null && count > 0) {
            long serial = run.head.lastSerial - count + 1;
            long shardSerial = progress.shardSerial - count + 1;
            tails.add(new TailSlice(run.head.channel, section, from, count, serial, shardSerial, progress.logTime));
        }
    }

    private int known(SectionView section, int from) {
        int known = 0;
        for (int i = from; i < section.messages(); i++) {
            known += ids.find(section.channel(0), ids.idOf(section, i)) != null ? 1 : 0;
        }
        return known;
    }

    private static boolean hasRepeats(SectionView section, int from) {
        Set<ByteString> distinct = new HashSet<>();
        for (int i = from; i < section.messages(); i++) {
            ByteString id = MessageFields.of(section.message(i)).messageId();
            if (!id.isEmpty() && !distinct.add(id)) {
                return true;
            }
        }
        return false;
    }

    private PublishOutcome outcome(List<ReceiptRun> seen, Publication publication) {
        if (publication instanceof Publication.Denied denied) {
            return new PublishOutcome.Refused(denied.error());
        }
        List<ReceiptRun> taken = ((Publication.Taken) publication).runs();
        if (seen.isEmpty()) {
            return new PublishOutcome.Accepted(taken);
        }
        ReceiptRuns all = new ReceiptRuns(progress.epoch());
        all.addAll(seen);
        all.addAll(taken);
        return new PublishOutcome.Accepted(all.build());
    }

    private void digest(PublishOutcome outcome) {
        if (outcome instanceof PublishOutcome.Refused refused) {
            progress.digest.add(refused.error().getReason().getNumber());
            return;
        }
        for (ReceiptRun run : ((PublishOutcome.Accepted) outcome).runs()) {
            progress.digest.add(run.getShardSerial());
            progress.digest.add(run.getTimeMs() << 1 | (run.getDuplicate() ? 1 : 0));
            for (int i = 0; i < run.getSerialsCount(); i++) {
                progress.digest.add(run.getSerials(i));
            }
        }
    }
}
