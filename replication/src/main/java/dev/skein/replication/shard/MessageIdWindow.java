package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.replication.store.Cursor;
import dev.skein.wire.SectionView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes publishes idempotent by message id, per channel, within the namespace's window of log time. Whether an id is still
 * remembered follows from its time and the present window; rows are removed later, some entries' ids at a time, and what is
 * removed doesn't come back when the window grows.
 */
final class MessageIdWindow {

    /** Entries whose ids are removed per entry applied: more than one, so that it keeps up. */
    private static final int SWEEP_PER_ENTRY = 4;

    private final PendingWrites writes;
    private final Progress progress;
    private final List<Id> ofEntry = new ArrayList<>();

    /** Nothing expires before this log time; found anew after a restart or a policy change. */
    private long nextExpiry;

    MessageIdWindow(PendingWrites writes, Progress progress) {
        this.writes = writes;
        this.progress = progress;
    }

    /** A message's id; empty when it has none or none is remembered. */
    ByteString idOf(SectionView section, int ordinal) {
        return window() == 0 ? ByteString.EMPTY : MessageFields.messageId(section, ordinal);
    }

    /** The original's receipt, marked as a duplicate; null when the id is new, empty or forgotten. */
    @Nullable
    Receipt find(String channel, ByteString id) {
        if (id.isEmpty() || window() == 0) {
            return null;
        }
        byte[] row = writes.get(Keys.messageId(channel, id));
        if (row == null) {
            return null;
        }
        RowReader reader = new RowReader(row);
        reader.number();
        long serial = reader.number();
        long shardSerial = reader.number();
        long time = reader.number();
        return isExpired(time) ? null : Receipts.of(progress.epoch(), serial, shardSerial, time, true);
    }

    /** The message that was just given a serial. */
    void remember(String channel, ByteString id, long serial) {
        byte[] row = new RowWriter()
                .number(progress.index)
                .number(serial)
                .number(progress.shardSerial)
                .number(progress.logTime)
                .done();
        writes.put(Keys.messageId(channel, id), row);
        ofEntry.add(new Id(channel, id));
    }

    /** Notes when the entry's ids expire. */
    void endEntry() {
        if (ofEntry.isEmpty()) {
            return;
        }
        RowWriter row = new RowWriter().number(progress.logTime).number(ofEntry.size());
        ofEntry.forEach(id -> row.text(id.channel()).bytes(id.id()));
        writes.put(Keys.numbered(Keys.ID_EXPIRY, progress.index), row.done());
        ofEntry.clear();
        nextExpiry = Math.min(nextExpiry, expiry(progress.logTime));
    }

    /** The window may have changed. */
    void policyChanged() {
        nextExpiry = 0;
    }

    /** Removes expired ids; those of a few entries at a time. */
    void sweep() {
        if (progress.logTime < nextExpiry) {
            return;
        }
        byte[] from = Keys.numbered(Keys.ID_EXPIRY, progress.idsForgottenBelow);
        try (Cursor entries = writes.ascending(from, Keys.end(Keys.ID_EXPIRY))) {
            for (int i = 0; i < SWEEP_PER_ENTRY; i++) {
                if (!entries.next()) {
                    nextExpiry = Long.MAX_VALUE;
                    return;
                }
                RowReader row = new RowReader(entries.value());
                nextExpiry = expiry(row.number());
                if (progress.logTime < nextExpiry) {
                    return;
                }
                forget(Keys.number(entries.key()), row);
                writes.remove(entries.key());
            }
        }
    }

    private void forget(long index, RowReader ids) {
        int count = ids.count();
        for (int i = 0; i < count; i++) {
            byte[] key = Keys.messageId(ids.text(), ids.bytes());
            byte[] row = writes.get(key);
            // The id may have been used again after it expired; then a later entry removes it.
            if (row != null && new RowReader(row).number() == index) {
                writes.remove(key);
            }
        }
        progress.idsForgottenBelow = index + 1;
    }

    private long window() {
        return progress.policy.getDedupWindowMs();
    }

    private boolean isExpired(long time) {
        return progress.logTime >= expiry(time);
    }

    private long expiry(long time) {
        return window() > Long.MAX_VALUE - time ? Long.MAX_VALUE : time + window();
    }

    private record Id(String channel, ByteString id) {}
}
