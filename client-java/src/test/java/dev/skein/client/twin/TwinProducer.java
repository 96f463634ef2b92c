package dev.skein.client.twin;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.error.v1.Error;
import java.util.HashMap;
import java.util.Map;

/** What a shard remembers of a producer. */
final class TwinProducer {

    /** Which producer, in which shard. */
    record Key(String namespace, int shard, ByteString producer) {}

    /** The outcome of one sequence: a receipt or a remembered refusal. */
    record Outcome(MessageBody body, Receipt receipt, Error refusal) {}

    long lastSequence;
    final Map<Long, Outcome> outcomes = new HashMap<>();
}
