package dev.skein.client.internal.core;

import dev.skein.client.Receipt;
import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.wire.ReceiptRuns;
import java.time.Instant;
import java.util.List;

/** Goes through the receipts of a section, message by message. Used by one thread. */
public final class ReceiptCursor {

    private final List<ReceiptRun> runs;
    private int nextRun;
    private ReceiptRun run = ReceiptRun.getDefaultInstance();
    private Instant time = Instant.EPOCH;
    private int at;

    /** Before the first receipt of these runs. */
    public ReceiptCursor(List<ReceiptRun> runs) {
        this.runs = runs;
    }

    /** The next message's receipt; there must be one. */
    Receipt next() {
        enterRun();
        Receipt receipt = new Receipt(
                run.getEpoch(), run.getSerials(at), ReceiptRuns.shardSerial(run, at), time, run.getDuplicate());
        at++;
        return receipt;
    }

    void skip(int messages) {
        for (int i = 0; i < messages; i++) {
            enterRun();
            at++;
        }
    }

    private void enterRun() {
        while (at == run.getSerialsCount()) {
            run = runs.get(nextRun++);
            time = Instant.ofEpochMilli(run.getTimeMs());
            at = 0;
        }
    }
}
