package dev.skein.replication;

import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.proto.error.v1.Error;
import dev.skein.wire.ReceiptRuns;
import java.util.List;

/** What became of a section. */
public sealed interface PublishOutcome {

    /**
     * It took effect, now or when it was first sent.
     *
     * @param runs together one receipt per message, in order
     */
    record Accepted(List<ReceiptRun> runs) implements PublishOutcome {

        public Accepted {
            runs = List.copyOf(runs);
        }

        /** One per message, in order. */
        public List<Receipt> receipts() {
            return ReceiptRuns.receipts(runs);
        }
    }

    /**
     * It was refused, or its outcome isn't known; the error's reason and retry class say which.
     *
     * @param error from the error catalogue
     */
    record Refused(Error error) implements PublishOutcome {}
}
