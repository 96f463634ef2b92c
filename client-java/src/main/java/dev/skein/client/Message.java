package dev.skein.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A message with its place in the order.
 *
 * @param channel full name, {@code namespace:name}
 * @param position its place; for an ephemeral message the place it came after
 * @param shardSerial its place in the shard; 0 for an ephemeral message
 * @param time log time, never decreasing within a shard
 * @param ephemeral delivered in place but not stored
 * @param messageId the publisher's id, if it gave one
 * @param producer identity of the publishing client, if it had one
 * @param producerSequence the publisher's own count in this shard; 0 without a producer
 * @param headers application headers
 * @param payload application bytes
 */
public record Message(
        String channel,
        Position position,
        long shardSerial,
        Instant time,
        boolean ephemeral,
        Optional<String> messageId,
        Optional<Payload> producer,
        long producerSequence,
        List<Header> headers,
        Payload payload)
        implements SubscriptionEvent {

    public Message {
        headers = List.copyOf(headers);
    }

    /** The serial of {@link #position}. */
    public long serial() {
        return position.serial();
    }

    /** The payload read as UTF-8. */
    public String text() {
        return payload.utf8();
    }
}
