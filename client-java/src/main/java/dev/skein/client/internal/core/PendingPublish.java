package dev.skein.client.internal.core;

import com.google.protobuf.ByteString;
import dev.skein.client.PublishOptions;
import dev.skein.client.Receipt;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A publish that waits for its answer. It keeps its place in its lane until the server has answered, even when the application has been told
 * that its outcome is unknown: its sequence must be taken before those behind it can be.
 */
public final class PendingPublish {

    private static final long SERVER_TRY_MS_MAX = 5_000;

    final Channel channel;
    final List<MessageBody> messages;
    final PublishOptions options;
    final long deadlineNanos;
    final long bytes;
    final CompletableFuture<List<Receipt>> result;

    /** 0 until it is numbered. */
    long firstSequence;

    /** Of the attempt that is under way; 0: none is. */
    long requestId;

    /** An attempt ended without a word on whether it took effect. */
    boolean maybeTaken;

    /** The server has answered for good. */
    boolean settled;

    /** The application has its answer. */
    boolean told;

    int attempts;

    public PendingPublish(
            Channel channel,
            List<MessageBody> messages,
            PublishOptions options,
            long deadlineNanos,
            CompletableFuture<List<Receipt>> result) {
        this.channel = channel;
        this.messages = messages;
        this.options = options;
        this.deadlineNanos = deadlineNanos;
        this.bytes = sizeOf(messages);
        this.result = result;
    }

    /** Bytes of these messages on the wire. */
    public static long sizeOf(List<MessageBody> messages) {
        return messages.stream().mapToLong(MessageBody::getSerializedSize).sum();
    }

    int size() {
        return messages.size();
    }

    long lastSequence() {
        return firstSequence + messages.size() - 1;
    }

    Publish frame(ByteString producer, long nowNanos) {
        Publish.Builder publish = Publish.newBuilder()
                .setRequestId(requestId)
                .setChannel(channel.full())
                .setProducer(producer)
                .setFirstSequence(firstSequence)
                .addAllMessages(messages)
                .setAtomic(options.atomic())
                .setEphemeral(options.ephemeral())
                .setTimeoutMs((int) serverTryMillis(nowNanos));
        options.expectedLastSerial().ifPresent(publish::setExpectedLastSerial);
        return publish.build();
    }

    private long serverTryMillis(long nowNanos) {
        long left = (deadlineNanos - nowNanos) / 1_000_000;
        return told ? SERVER_TRY_MS_MAX : Math.max(1, Math.min(left, SERVER_TRY_MS_MAX));
    }
}
