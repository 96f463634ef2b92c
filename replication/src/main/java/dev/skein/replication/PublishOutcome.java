package dev.skein.replication;

import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.error.v1.Error;
import java.util.List;

/** What became of a publish. */
public sealed interface PublishOutcome {

    /**
     * It took effect, now or when it was first sent.
     *
     * @param receipts one per message, in order
     */
    record Accepted(List<Receipt> receipts) implements PublishOutcome {

        public Accepted {
            receipts = List.copyOf(receipts);
        }
    }

    /**
     * It was refused, or its outcome isn't known; the error's reason and retry class say which.
     *
     * @param error from the error catalogue
     */
    record Refused(Error error) implements PublishOutcome {}
}
