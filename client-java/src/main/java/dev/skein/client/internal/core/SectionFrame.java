package dev.skein.client.internal.core;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.skein.client.PublishOptions;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Section;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A serialised {@link ClientFrame} that publishes an attempt's section. The messages are the bytes that the publishes were made with, in
 * place; only what stands between them is written here. Immutable.
 */
public final class SectionFrame {

    private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private final byte[][] pieces;
    private final int size;

    private SectionFrame(byte[][] pieces, int size) {
        this.pieces = pieces;
        this.size = size;
    }

    static SectionFrame of(Attempt attempt, int timeoutMillis) {
        try {
            return new Writer(attempt, timeoutMillis).write();
        } catch (IOException wrongSize) {
            throw new UncheckedIOException(wrongSize);
        }
    }

    /** How many bytes. */
    public int size() {
        return size;
    }

    /** Writes the frame. */
    public void writeTo(OutputStream out) throws IOException {
        for (byte[] piece : pieces) {
            out.write(piece, 0, piece.length);
        }
    }

    /** Sizes come before what they count, so everything is measured first, from the inside outwards. */
    private static final class Writer {

        private final Attempt attempt;
        private final List<PendingPublish> publishes;
        private final int timeoutMillis;

        /** Bytes of each part: a channel and the publishes to it that stand together. */
        private final int[] partSizes;

        private int parts;
        private byte[][] pieces = new byte[0][];
        private int filled;
        private int size;

        Writer(Attempt attempt, int timeoutMillis) {
            this.attempt = attempt;
            this.publishes = attempt.publishes;
            this.timeoutMillis = timeoutMillis;
            this.partSizes = new int[publishes.size()];
            measureParts();
        }

        SectionFrame write() throws IOException {
            pieces = new byte[publishes.size() + parts + 2][];
            byte[] tail = tail();
            add(head(tail.length - timeoutSize()));
            int part = 0;
            for (int i = 0; i < publishes.size(); i++) {
                if (startsPart(i)) {
                    add(partHead(publishes.get(i).channel, partSizes[part++]));
                }
                add(publishes.get(i).messages.bytes());
            }
            add(tail);
            return new SectionFrame(pieces, size);
        }

        private void add(byte[] piece) {
            pieces[filled++] = piece;
            size += piece.length;
        }

        private boolean startsPart(int at) {
            return at == 0 || !publishes.get(at).channel.equals(publishes.get(at - 1).channel);
        }

        private void measureParts() {
            for (int i = 0; i < publishes.size(); i++) {
                PendingPublish publish = publishes.get(i);
                if (startsPart(i)) {
                    int name = publish.channel.utf8().length;
                    partSizes[parts++] = fieldSize(ChannelMessages.CHANNEL_FIELD_NUMBER, name);
                }
                partSizes[parts - 1] += publish.bytes();
            }
        }

        /** Everything before the section's channels. */
        private byte[] head(int optionsSize) throws IOException {
            int numbering = fieldSize(Section.PRODUCER_FIELD_NUMBER, attempt.producer.size())
                    + CodedOutputStream.computeUInt64Size(Section.FIRST_SEQUENCE_FIELD_NUMBER, attempt.firstSequence);
            int section = numbering + optionsSize;
            for (int i = 0; i < parts; i++) {
                section += fieldSize(Section.CHANNELS_FIELD_NUMBER, partSizes[i]);
            }
            int id = CodedOutputStream.computeUInt64Size(Publish.REQUEST_ID_FIELD_NUMBER, attempt.requestId);
            int publish = id + fieldSize(Publish.SECTION_FIELD_NUMBER, section) + timeoutSize();
            int frame = fieldSize(ClientFrame.PUBLISH_FIELD_NUMBER, publish);
            byte[] head = new byte[frame - timeoutSize() - section + numbering];
            CodedOutputStream out = CodedOutputStream.newInstance(head);
            writeLength(ClientFrame.PUBLISH_FIELD_NUMBER, publish, out);
            out.writeUInt64(Publish.REQUEST_ID_FIELD_NUMBER, attempt.requestId);
            writeLength(Publish.SECTION_FIELD_NUMBER, section, out);
            out.writeBytes(Section.PRODUCER_FIELD_NUMBER, attempt.producer);
            out.writeUInt64(Section.FIRST_SEQUENCE_FIELD_NUMBER, attempt.firstSequence);
            return head;
        }

        private static byte[] partHead(Channel channel, int partSize) throws IOException {
            byte[] name = channel.utf8();
            int messages = partSize - fieldSize(ChannelMessages.CHANNEL_FIELD_NUMBER, name.length);
            byte[] head = new byte[fieldSize(Section.CHANNELS_FIELD_NUMBER, partSize) - messages];
            CodedOutputStream out = CodedOutputStream.newInstance(head);
            writeLength(Section.CHANNELS_FIELD_NUMBER, partSize, out);
            out.writeByteArray(ChannelMessages.CHANNEL_FIELD_NUMBER, name);
            return head;
        }

        /** Everything behind the section's channels: its options, then the publish's timeout. */
        private byte[] tail() throws IOException {
            PublishOptions options = publishes.get(0).options;
            byte[] tail = new byte[optionsSize(options) + timeoutSize()];
            CodedOutputStream out = CodedOutputStream.newInstance(tail);
            if (options.expectedLastSerial().isPresent()) {
                out.writeUInt64(
                        Section.EXPECTED_LAST_SERIAL_FIELD_NUMBER,
                        options.expectedLastSerial().getAsLong());
            }
            if (options.atomic()) {
                out.writeBool(Section.ATOMIC_FIELD_NUMBER, true);
            }
            if (options.ephemeral()) {
                out.writeBool(Section.EPHEMERAL_FIELD_NUMBER, true);
            }
            out.writeUInt32(Publish.TIMEOUT_MS_FIELD_NUMBER, timeoutMillis);
            return tail;
        }

        private static int optionsSize(PublishOptions options) {
            int size = 0;
            if (options.expectedLastSerial().isPresent()) {
                size += CodedOutputStream.computeUInt64Size(
                        Section.EXPECTED_LAST_SERIAL_FIELD_NUMBER,
                        options.expectedLastSerial().getAsLong());
            }
            if (options.atomic()) {
                size += CodedOutputStream.computeBoolSize(Section.ATOMIC_FIELD_NUMBER, true);
            }
            return options.ephemeral()
                    ? size + CodedOutputStream.computeBoolSize(Section.EPHEMERAL_FIELD_NUMBER, true)
                    : size;
        }

        private int timeoutSize() {
            return CodedOutputStream.computeUInt32Size(Publish.TIMEOUT_MS_FIELD_NUMBER, timeoutMillis);
        }

        private static int fieldSize(int field, int length) {
            return CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
        }

        private static void writeLength(int field, int length, CodedOutputStream out) throws IOException {
            out.writeTag(field, BYTES);
            out.writeUInt32NoTag(length);
        }
    }
}
