package dev.skein.replication.shard;

import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.proto.error.v1.Error;
import java.util.List;

/** What the channels said to the new messages of a section. Both consume the section's sequences and are remembered. */
sealed interface Publication {

    /**
     * Taken, or known by message id.
     *
     * @param runs together one receipt per message
     */
    record Taken(List<ReceiptRun> runs) implements Publication {}

    /**
     * Refused as a whole.
     *
     * @param error why
     */
    record Denied(Error error) implements Publication {}
}
