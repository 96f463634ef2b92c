package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PublishSection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A section that consumed sequences: enough to tell a retry from a reuse, and to answer it as the first time.
 *
 * @param first its first sequence
 * @param target CRC32C of the channel's name; inverted for ephemeral messages
 * @param crcs of its messages
 * @param receipts one per message; empty when it was refused
 * @param refusal why it was refused; null when it was taken
 */
record RememberedSection(long first, int target, int[] crcs, List<Receipt> receipts, @Nullable Error refusal) {

    private static final int TAKEN = 1;
    private static final int REFUSED = 2;

    static RememberedSection of(PublishSection section, int from, int[] crcs, Publication publication) {
        int[] own = Arrays.copyOfRange(crcs, from, crcs.length);
        long first = section.getFirstSequence() + from;
        return publication instanceof Publication.Taken taken
                ? new RememberedSection(first, target(section), own, taken.receipts(), null)
                : new RememberedSection(
                        first, target(section), own, List.of(), ((Publication.Denied) publication).error());
    }

    static int target(PublishSection section) {
        int crc = MessageFields.crc(ByteString.copyFrom(section.getChannel(), StandardCharsets.UTF_8));
        return section.getEphemeral() ? ~crc : crc;
    }

    long last() {
        return first + crcs.length - 1;
    }

    /** Whether the message was sent with this sequence before. */
    boolean holds(long sequence, int messageTarget, int crc) {
        return target == messageTarget && crcs[(int) (sequence - first)] == crc;
    }

    /** The original's receipt, marked as a duplicate. */
    Receipt receipt(long sequence) {
        return receipts.get((int) (sequence - first)).toBuilder()
                .setDuplicate(true)
                .build();
    }

    static RememberedSection read(long first, long epoch, byte[] row) {
        RowReader reader = new RowReader(row);
        boolean taken = reader.number() == TAKEN;
        int target = reader.fixedInt();
        int[] crcs = new int[reader.count()];
        for (int i = 0; i < crcs.length; i++) {
            crcs[i] = reader.fixedInt();
        }
        return taken
                ? new RememberedSection(first, target, crcs, readReceipts(reader, crcs.length, epoch), null)
                : new RememberedSection(first, target, crcs, List.of(), readRefusal(reader));
    }

    byte[] row() {
        RowWriter row = new RowWriter();
        row.number(refusal == null ? TAKEN : REFUSED).fixed(target).number(crcs.length);
        for (int crc : crcs) {
            row.fixed(crc);
        }
        if (refusal != null) {
            return row.bytes(refusal.toByteString()).done();
        }
        writeReceipts(row);
        return row.done();
    }

    /** Neighbouring receipts share one record: count, step, then the first one's place. */
    private void writeReceipts(RowWriter row) {
        int from = 0;
        while (from < receipts.size()) {
            Receipt start = receipts.get(from);
            int step = start.getShardSerial() == 0 ? 0 : 1;
            int to = from + 1;
            while (to < receipts.size() && isNext(start, receipts.get(to), step * (to - from))) {
                to++;
            }
            row.number(to - from)
                    .number(step)
                    .number(start.getSerial())
                    .number(start.getShardSerial())
                    .number(start.getTimeMs());
            from = to;
        }
    }

    private static boolean isNext(Receipt start, Receipt other, int distance) {
        return other.getSerial() == start.getSerial() + distance
                && other.getShardSerial() == start.getShardSerial() + distance
                && other.getTimeMs() == start.getTimeMs();
    }

    private static List<Receipt> readReceipts(RowReader reader, int count, long epoch) {
        List<Receipt> receipts = new ArrayList<>(count);
        while (receipts.size() < count) {
            int neighbours = reader.count();
            long step = reader.number();
            long serial = reader.number();
            long shardSerial = reader.number();
            long time = reader.number();
            for (int i = 0; i < neighbours; i++) {
                receipts.add(Receipts.of(epoch, serial + step * i, shardSerial + step * i, time, true));
            }
        }
        return receipts;
    }

    private static Error readRefusal(RowReader reader) {
        try {
            return Error.parseFrom(reader.bytes());
        } catch (InvalidProtocolBufferException e) {
            throw new StateBrokenException("remembered refusal is damaged", e);
        }
    }
}
