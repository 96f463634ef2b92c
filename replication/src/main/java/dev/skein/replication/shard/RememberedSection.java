package dev.skein.replication.shard;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.proto.error.v1.Error;
import dev.skein.wire.ReceiptRuns;
import dev.skein.wire.SectionView;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A section that consumed sequences: enough to tell a retry from a reuse, and to answer it as the first time.
 *
 * @param first its first sequence
 * @param marks of its messages, see {@link SectionShape#marks}
 * @param runs together one receipt per message; empty when it was refused
 * @param refusal why it was refused; null when it was taken
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record RememberedSection(long first, int[] marks, List<ReceiptRun> runs, @Nullable Error refusal) {

    private static final int TAKEN = 1;
    private static final int REFUSED = 2;

    static RememberedSection of(SectionView section, int from, int[] marks, Publication publication) {
        int[] own = from == 0 ? marks : Arrays.copyOfRange(marks, from, marks.length);
        long first = section.firstSequence() + from;
        return publication instanceof Publication.Taken taken
                ? new RememberedSection(first, own, taken.runs(), null)
                : new RememberedSection(first, own, List.of(), ((Publication.Denied) publication).error());
    }

    long last() {
        return first + marks.length - 1;
    }

    /** Whether the message was sent with this sequence before. */
    boolean holds(long sequence, int mark) {
        return marks[(int) (sequence - first)] == mark;
    }

    /** Adds the original's receipt, marked as a duplicate. */
    void receipt(long sequence, ReceiptRuns to) {
        int at = (int) (sequence - first);
        for (ReceiptRun run : runs) {
            if (at < run.getSerialsCount()) {
                to.add(run.getSerials(at), ReceiptRuns.shardSerial(run, at), run.getTimeMs(), true);
                return;
            }
            at -= run.getSerialsCount();
        }
        throw new StateBrokenException("sequence " + sequence + " has no remembered receipt");
    }

    static RememberedSection read(long first, long epoch, byte[] row) {
        RowReader reader = new RowReader(row);
        boolean taken = reader.number() == TAKEN;
        int[] marks = new int[reader.count(Integer.BYTES)];
        for (int i = 0; i < marks.length; i++) {
            marks[i] = reader.fixedInt();
        }
        return taken
                ? new RememberedSection(first, marks, readRuns(reader, marks.length, epoch), null)
                : new RememberedSection(first, marks, List.of(), readRefusal(reader));
    }

    /** One after the last sequence of the section in a row. */
    static long end(long first, byte[] row) {
        RowReader reader = new RowReader(row);
        reader.number();
        return first + reader.count();
    }

    byte[] row() {
        RowWriter row = new RowWriter();
        row.number(refusal == null ? TAKEN : REFUSED).number(marks.length);
        for (int mark : marks) {
            row.fixed(mark);
        }
        if (refusal != null) {
            return row.bytes(refusal.toByteString()).done();
        }
        runs.forEach(run -> write(run, row));
        return row.done();
    }

    /** Receipts of the run, time, first shard serial; then neighbouring serials: how many, and how far from those before. */
    private static void write(ReceiptRun run, RowWriter row) {
        int count = run.getSerialsCount();
        row.number(count).number(run.getTimeMs()).number(run.getShardSerial());
        int step = run.getShardSerial() == 0 ? 0 : 1;
        long before = 0;
        for (int from = 0; from < count; ) {
            long serial = run.getSerials(from);
            int to = from + 1;
            while (to < count && run.getSerials(to) == serial + (long) step * (to - from)) {
                to++;
            }
            row.number(to - from).signed(serial - before);
            before = serial;
            from = to;
        }
    }

    private static List<ReceiptRun> readRuns(RowReader reader, int receipts, long epoch) {
        ReceiptRuns runs = new ReceiptRuns(epoch);
        for (int read = 0; read < receipts; ) {
            int count = atMost(receipts - read, reader);
            long time = reader.number();
            long shardSerial = reader.number();
            int step = shardSerial == 0 ? 0 : 1;
            long serial = 0;
            for (int at = 0; at < count; ) {
                int neighbours = atMost(count - at, reader);
                serial += reader.signed();
                for (int i = 0; i < neighbours; i++) {
                    runs.add(serial + (long) step * i, shardSerial + (long) step * at, time, true);
                    at++;
                }
            }
            read += count;
        }
        return runs.build();
    }

    private static int atMost(int max, RowReader reader) {
        int count = reader.count();
        if (count > max) {
            throw reader.broken();
        }
        return count;
    }

    private static Error readRefusal(RowReader reader) {
        try {
            return Error.parseFrom(reader.bytes());
        } catch (InvalidProtocolBufferException e) {
            throw new StateBrokenException("remembered refusal is damaged", e);
        }
    }
}
