package dev.skein.wire;

import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.ReceiptRun;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers receipts into runs, and takes runs apart. Not thread-safe. */
public final class ReceiptRuns {

    private final long epoch;
    private final List<ReceiptRun> done = new ArrayList<>(1);
    private ReceiptRun.@Nullable Builder run;

    /** Receipts of this epoch. */
    public ReceiptRuns(long epoch) {
        this.epoch = epoch;
    }

    /**
     * Adds a message's receipt.
     *
     * @param shardSerial 0 for an ephemeral message
     */
    public void add(long serial, long shardSerial, long timeMillis, boolean duplicate) {
        ReceiptRun.Builder present = run;
        if (present == null || !continues(present, shardSerial, timeMillis, duplicate)) {
            finish();
            present = ReceiptRun.newBuilder()
                    .setEpoch(epoch)
                    .setTimeMs(timeMillis)
                    .setDuplicate(duplicate)
                    .setShardSerial(shardSerial);
            run = present;
        }
        present.addSerials(serial);
    }

    /** Adds what another gathered before. */
    public void addAll(List<ReceiptRun> others) {
        for (ReceiptRun other : others) {
            for (int i = 0; i < other.getSerialsCount(); i++) {
                add(other.getSerials(i), shardSerial(other, i), other.getTimeMs(), other.getDuplicate());
            }
        }
    }

    /** All of them; the end of this object. */
    public List<ReceiptRun> build() {
        finish();
        return List.copyOf(done);
    }

    /** One receipt per message. */
    public static List<Receipt> receipts(List<ReceiptRun> runs) {
        List<Receipt> receipts = new ArrayList<>(count(runs));
        for (ReceiptRun run : runs) {
            for (int i = 0; i < run.getSerialsCount(); i++) {
                receipts.add(Receipt.newBuilder()
                        .setEpoch(run.getEpoch())
                        .setSerial(run.getSerials(i))
                        .setShardSerial(shardSerial(run, i))
                        .setTimeMs(run.getTimeMs())
                        .setDuplicate(run.getDuplicate())
                        .build());
            }
        }
        return receipts;
    }

    /** Receipts in the runs. */
    public static int count(List<ReceiptRun> runs) {
        int count = 0;
        for (ReceiptRun run : runs) {
            count += run.getSerialsCount();
        }
        return count;
    }

    /** The shard serial of a run's message; 0 when it is ephemeral. */
    public static long shardSerial(ReceiptRun run, int at) {
        return run.getShardSerial() == 0 ? 0 : run.getShardSerial() + at;
    }

    private static boolean continues(ReceiptRun.Builder run, long shardSerial, long timeMillis, boolean duplicate) {
        long next = run.getShardSerial() == 0 ? 0 : run.getShardSerial() + run.getSerialsCount();
        return next == shardSerial && run.getTimeMs() == timeMillis && run.getDuplicate() == duplicate;
    }

    private void finish() {
        if (run != null) {
            done.add(run.build());
            run = null;
        }
    }
}
