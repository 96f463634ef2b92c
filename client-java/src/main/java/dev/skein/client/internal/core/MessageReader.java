package dev.skein.client.internal.core;

import com.google.protobuf.ByteString;
import dev.skein.client.Header;
import dev.skein.client.Message;
import dev.skein.client.Payload;
import dev.skein.client.Position;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.StoredMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes messages of one channel from what was received; what they have in common is made once. Used by one thread at a time. */
public final class MessageReader {

    private final String channel;
    private ByteString lastProducer = ByteString.EMPTY;
    private Optional<Payload> lastProducerPayload = Optional.empty();

    /** For messages of this channel. */
    public MessageReader(String channel) {
        this.channel = channel;
    }

    /** A message as the application sees it. */
    public Message read(long epoch, StoredMessage stored) {
        MessageBody body = stored.getBody();
        return new Message(
                channel,
                new Position(epoch, stored.getSerial()),
                stored.getShardSerial(),
                Instant.ofEpochMilli(stored.getTimeMs()),
                stored.getEphemeral(),
                body.getMessageId().isEmpty() ? Optional.empty() : Optional.of(body.getMessageId()),
                producer(stored.getProducer()),
                stored.getSequence(),
                body.getHeadersCount() == 0 ? List.of() : headers(body),
                Wire.payload(body.getPayload()));
    }

    private static List<Header> headers(MessageBody body) {
        List<Header> headers = new ArrayList<>(body.getHeadersCount());
        for (dev.skein.proto.client.v1.Header header : body.getHeadersList()) {
            headers.add(new Header(header.getKey(), Wire.payload(header.getValue())));
        }
        return headers;
    }

    private Optional<Payload> producer(ByteString producer) {
        if (!producer.equals(lastProducer)) {
            // A copy, because what was received is part of a whole frame.
            lastProducer = ByteString.copyFrom(producer.asReadOnlyByteBuffer());
            lastProducerPayload = producer.isEmpty() ? Optional.empty() : Optional.of(Wire.payload(producer));
        }
        return lastProducerPayload;
    }
}
