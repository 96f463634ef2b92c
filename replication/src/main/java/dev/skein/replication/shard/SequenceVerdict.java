package dev.skein.replication.shard;

import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.proto.error.v1.Error;
import dev.skein.replication.PublishOutcome;
import java.util.List;

/** What the producer's sequences say about a section. */
sealed interface SequenceVerdict {

    /**
     * Refused without consuming anything.
     *
     * @param error why
     */
    record Refuse(Error error) implements SequenceVerdict {}

    /**
     * All of it was seen before.
     *
     * @param outcome what it became then
     */
    record Seen(PublishOutcome outcome) implements SequenceVerdict {}

    /**
     * New from some message on.
     *
     * @param seen the originals' receipts of the messages before that one
     */
    record Fresh(List<ReceiptRun> seen) implements SequenceVerdict {}
}
