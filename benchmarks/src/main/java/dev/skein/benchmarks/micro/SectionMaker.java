package dev.skein.benchmarks.micro;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.proto.replication.v1.ShardEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes sections and entries as publishers and leaders do, with as little work of its own as possible: what doesn't change from one section to
 * the next is serialised once. Used by one thread.
 */
final class SectionMaker {

    private static final ByteString PRODUCER = ByteString.copyFrom(new byte[16]);

    /** The channel parts of one section each; sections take them in turn, until every channel has been used. */
    private final List<byte[]> parts = new ArrayList<>();

    private final int messagesPerSection;
    private final boolean producers;
    private int turn;
    private long sequence;

    /**
     * @param channels that messages go to in turn, called {@code bench:c0} and so on
     * @param producers whether sections carry producer and sequence
     */
    SectionMaker(int payloadBytes, int messagesPerSection, int channels, boolean producers) {
        this.messagesPerSection = messagesPerSection;
        this.producers = producers;
        byte[] payload = new byte[payloadBytes];
        new Random(payloadBytes).nextBytes(payload);
        ByteString body = MessageBody.newBuilder()
                .setPayload(ByteString.copyFrom(payload))
                .build()
                .toByteString();
        for (int first = 0; first < channels; first += messagesPerSection) {
            parts.add(parts(body, first, channels));
        }
    }

    private byte[] parts(ByteString body, int first, int channels) {
        PublishSection.Builder section = PublishSection.newBuilder();
        if (channels == 1) {
            SectionChannel.Builder part = SectionChannel.newBuilder().setChannel("bench:c0");
            for (int i = 0; i < messagesPerSection; i++) {
                part.addMessages(body);
            }
            return section.addChannels(part).build().toByteArray();
        }
        for (int i = 0; i < messagesPerSection; i++) {
            section.addChannels(SectionChannel.newBuilder()
                    .setChannel("bench:c" + (first + i) % channels)
                    .addMessages(body));
        }
        return section.build().toByteArray();
    }

    /** The next section. */
    ByteString section() {
        byte[] next = parts.get(turn);
        turn = (turn + 1) % parts.size();
        if (!producers) {
            return UnsafeByteOperations.unsafeWrap(next);
        }
        long first = sequence + 1;
        sequence += messagesPerSection;
        return numbered(first, next);
    }

    private static ByteString numbered(long first, byte[] parts) {
        int size = CodedOutputStream.computeBytesSize(PublishSection.PRODUCER_FIELD_NUMBER, PRODUCER)
                + CodedOutputStream.computeUInt64Size(PublishSection.FIRST_SEQUENCE_FIELD_NUMBER, first)
                + parts.length;
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeBytes(PublishSection.PRODUCER_FIELD_NUMBER, PRODUCER);
            out.writeUInt64(PublishSection.FIRST_SEQUENCE_FIELD_NUMBER, first);
            out.writeRawBytes(parts);
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** An entry around sections' own bytes. */
    static ByteString entry(long timeMillis, List<ByteString> sections) {
        int size = CodedOutputStream.computeUInt64Size(ShardEntry.TIME_MS_FIELD_NUMBER, timeMillis);
        for (ByteString section : sections) {
            size += CodedOutputStream.computeBytesSize(ShardEntry.SECTIONS_FIELD_NUMBER, section);
        }
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt64(ShardEntry.TIME_MS_FIELD_NUMBER, timeMillis);
            for (ByteString section : sections) {
                out.writeBytes(ShardEntry.SECTIONS_FIELD_NUMBER, section);
            }
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return UnsafeByteOperations.unsafeWrap(bytes);
    }
}
