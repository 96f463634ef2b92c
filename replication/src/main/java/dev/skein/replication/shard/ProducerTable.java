package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.core.Limits;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.store.Cursor;
import dev.skein.wire.ReceiptRuns;
import dev.skein.wire.SectionView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes publishes idempotent by producer sequence. A producer's sequences are contiguous per shard. The last
 * {@value Limits#PRODUCER_SEQUENCES_REMEMBERED} are remembered with the section they came in.
 *
 * <p>A section refused by its channel (failed condition, message id conflict) has consumed its sequences and its refusal is
 * remembered: a retry gets the same refusal, and the publishes pipelined behind it go on. A section refused here has consumed
 * nothing.
 *
 * <p>What is forgotten is decided by sequence distance and log time alone; rows are removed later, some at a time.
 */
final class ProducerTable {

    private static final int RECENT_MAX = 256;

    /** Rows are removed once this many sequences too many have gathered: one scan pays for many sections. */
    private static final int SURPLUS_MAX = Limits.PRODUCER_SEQUENCES_REMEMBERED;

    /** Silent producers looked at per entry, so that none takes long. */
    private static final int CHECKS_PER_ENTRY = 4;

    private final PendingWrites writes;
    private final Progress progress;
    private final RecentRows<ByteString, Producer> producers = new RecentRows<>(RECENT_MAX);

    /** No check is due before this log time; found anew after a restart. */
    private long nextCheckTime;

    ProducerTable(PendingWrites writes, Progress progress) {
        this.writes = writes;
        this.progress = progress;
    }

    SequenceVerdict check(SectionView section, int[] marks) {
        long first = section.firstSequence();
        Producer producer = known(section.producer());
        if (producer == null) {
            return first == 1
                    ? new SequenceVerdict.Fresh(List.of())
                    : new SequenceVerdict.Refuse(Refusals.unknownProducer(section.producer(), first));
        }
        if (first > producer.last + 1) {
            return new SequenceVerdict.Refuse(Refusals.gap(first, producer.last + 1));
        }
        if (first == producer.last + 1) {
            return new SequenceVerdict.Fresh(List.of());
        }
        if (first <= producer.last - Limits.PRODUCER_SEQUENCES_REMEMBERED) {
            return new SequenceVerdict.Refuse(Refusals.tooOld(first, producer.last));
        }
        return compare(section, marks, producer.last);
    }

    /** Consumes the sequences of the section's messages from {@code from} on. */
    void remember(SectionView section, int from, int[] marks, Publication publication) {
        ByteString id = section.producer();
        Producer producer = known(id);
        if (producer == null) {
            producer = start(id);
        }
        RememberedSection remembered = RememberedSection.of(section, from, marks, publication);
        writes.put(Keys.sequence(id, remembered.first()), remembered.row());
        producer.last = remembered.last();
        producer.lastTime = progress.logTime;
        producers.changed(id, producer);
        if (producer.last - producer.rememberedFrom > Limits.PRODUCER_SEQUENCES_REMEMBERED + SURPLUS_MAX) {
            removeSurplus(id, producer);
        }
    }

    /** Removes producers that fell silent long ago; a few per entry. */
    void sweep() {
        if (progress.logTime < nextCheckTime) {
            return;
        }
        try (Cursor checks = writes.ascending(Keys.start(Keys.PRODUCER_CHECKS), Keys.end(Keys.PRODUCER_CHECKS))) {
            for (int i = 0; i < CHECKS_PER_ENTRY; i++) {
                if (!checks.next()) {
                    nextCheckTime = Long.MAX_VALUE;
                    return;
                }
                nextCheckTime = Keys.number(checks.key()) + Limits.PRODUCER_IDLE_MS_MAX + 1;
                if (progress.logTime < nextCheckTime) {
                    return;
                }
                checkSilence(Keys.checkedProducer(checks.key()), checks.key());
            }
        }
    }

    void settle() {
        producers.settle((id, producer) -> writes.put(Keys.producer(id), producer.row()));
    }

    private SequenceVerdict compare(SectionView section, int[] marks, long last) {
        long first = section.firstSequence();
        int seen = (int) Math.min(marks.length, last - first + 1);
        RememberedSection original = remembered(section.producer(), first);
        if (original.refusal() != null) {
            return seenRefused(original, first, marks);
        }
        boolean whole = section.atomic() || section.hasExpectedLastSerial();
        if (whole && original.last() < first + marks.length - 1) {
            return new SequenceVerdict.Refuse(Refusals.reused(first));
        }
        ReceiptRuns receipts = new ReceiptRuns(progress.epoch());
        for (int i = 0; i < seen; i++) {
            long sequence = first + i;
            if (sequence > original.last()) {
                original = remembered(section.producer(), sequence);
            }
            if (original.refusal() != null || !original.holds(sequence, marks[i])) {
                return new SequenceVerdict.Refuse(Refusals.reused(sequence));
            }
            original.receipt(sequence, receipts);
        }
        return seen == marks.length
                ? new SequenceVerdict.Seen(new PublishOutcome.Accepted(receipts.build()))
                : new SequenceVerdict.Fresh(receipts.build());
    }

    /** A refusal is only repeated to the very section that got it. */
    private static SequenceVerdict seenRefused(RememberedSection original, long first, int[] marks) {
        boolean same = original.first() == first && original.marks().length == marks.length;
        for (int i = 0; same && i < marks.length; i++) {
            same = original.holds(first + i, marks[i]);
        }
        return same && original.refusal() != null
                ? new SequenceVerdict.Seen(new PublishOutcome.Refused(original.refusal()))
                : new SequenceVerdict.Refuse(Refusals.reused(first));
    }

    private RememberedSection remembered(ByteString producer, long sequence) {
        try (Cursor rows = writes.descending(Keys.sequence(producer, 0), Keys.sequence(producer, sequence + 1))) {
            if (rows.next()) {
                RememberedSection section =
                        RememberedSection.read(Keys.lastNumber(rows.key()), progress.epoch(), rows.value());
                if (sequence <= section.last()) {
                    return section;
                }
            }
        }
        throw new StateBrokenException("sequence " + sequence + " should be remembered but isn't");
    }

    /** The producer, unless it is unknown or was silent for too long. */
    private @Nullable Producer known(ByteString id) {
        Producer producer = load(id);
        boolean gone = producer.last == 0 || isSilent(producer);
        return gone ? null : producer;
    }

    /** An empty producer stands for a missing row, so that unknown ones are found in memory too. */
    private Producer load(ByteString id) {
        return producers.get(id, key -> {
            Producer row = Producer.read(writes.get(Keys.producer(key)));
            return row == null ? new Producer() : row;
        });
    }

    private Producer start(ByteString id) {
        Producer producer = load(id);
        if (producer.last == 0) {
            producer.checkTime = progress.logTime;
            writes.put(Keys.producerCheck(producer.checkTime, id), new byte[0]);
            nextCheckTime = Math.min(nextCheckTime, producer.checkTime + Limits.PRODUCER_IDLE_MS_MAX + 1);
        } else {
            removeSections(id, producer, Long.MAX_VALUE);
        }
        producer.last = 0;
        producer.rememberedFrom = 1;
        return producer;
    }

    private boolean isSilent(Producer producer) {
        return progress.logTime - producer.lastTime > Limits.PRODUCER_IDLE_MS_MAX;
    }

    /** Looks at a producer again later, or removes it. */
    private void checkSilence(ByteString id, byte[] checkKey) {
        writes.remove(checkKey);
        Producer producer = load(id);
        if (producer.last != 0 && !isSilent(producer)) {
            producer.checkTime = producer.lastTime;
            writes.put(Keys.producerCheck(producer.checkTime, id), new byte[0]);
            producers.changed(id, producer);
            return;
        }
        removeSections(id, producer, Long.MAX_VALUE);
        producers.remove(id);
        writes.remove(Keys.producer(id));
    }

    private void removeSurplus(ByteString id, Producer producer) {
        producer.rememberedFrom = removeSections(id, producer, producer.last - Limits.PRODUCER_SEQUENCES_REMEMBERED);
    }

    /**
     * Removes the sections that end at or before a sequence; returns where the first one left starts. Looks from the first one that is there:
     * the store would walk over every row that was ever removed before it.
     */
    private long removeSections(ByteString id, Producer producer, long upTo) {
        byte[] from = Keys.sequence(id, producer.rememberedFrom);
        try (Cursor rows = writes.ascending(from, Keys.sequence(id, Long.MAX_VALUE))) {
            while (rows.next()) {
                long first = Keys.lastNumber(rows.key());
                if (RememberedSection.end(first, rows.value()) - 1 > upTo) {
                    return first;
                }
                writes.remove(rows.key());
            }
        }
        return 1;
    }
}
