package dev.skein.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A serialised {@link PublishSection}, read where it lies: offsets instead of objects. Messages have ordinals from 0, counted
 * through all channels; the channels are called parts, because one may come twice. Immutable, though it only views its bytes.
 */
public final class SectionView {

    private static final int STRING = WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int NUMBER = WireFormat.WIRETYPE_VARINT;

    private final ByteRange range;
    private ByteString producer = ByteString.EMPTY;
    private long firstSequence;
    private boolean conditional;
    private long expectedLastSerial;
    private boolean atomic;
    private boolean ephemeral;

    private int parts;
    private String[] channels = new String[1];

    /** Ordinal of the first message of each part, and at the end the number of messages. */
    private int[] firsts = new int[2];

    private int messages;
    private int[] starts = new int[4];
    private int[] ends = new int[4];

    private SectionView(ByteRange range) {
        this.range = range;
    }

    /**
     * Reads a section.
     *
     * @throws InvalidProtocolBufferException when the bytes are no section
     */
    public static SectionView of(ByteString bytes) throws InvalidProtocolBufferException {
        return of(ByteRange.of(bytes));
    }

    /** See {@link #of(ByteString)}. */
    public static SectionView of(ByteRange range) throws InvalidProtocolBufferException {
        SectionView view = new SectionView(range);
        view.read();
        return view;
    }

    /** The section's bytes. */
    public ByteString bytes() {
        return range.toByteString();
    }

    /** How many bytes the section has. */
    public int size() {
        return range.size();
    }

    public ByteString producer() {
        return producer;
    }

    public long firstSequence() {
        return firstSequence;
    }

    public boolean hasExpectedLastSerial() {
        return conditional;
    }

    public long expectedLastSerial() {
        return expectedLastSerial;
    }

    public boolean atomic() {
        return atomic;
    }

    public boolean ephemeral() {
        return ephemeral;
    }

    public int parts() {
        return parts;
    }

    public String channel(int part) {
        return channels[part];
    }

    /** Ordinal of a part's first message; of {@code parts()}: the number of all messages. */
    public int first(int part) {
        return firsts[part];
    }

    /** All messages. */
    public int messages() {
        return messages;
    }

    /** A message's body, not copied. */
    public ByteString message(int ordinal) {
        return new ByteRange(range.array(), starts[ordinal], ends[ordinal]).toByteString();
    }

    public int messageBytes(int ordinal) {
        return ends[ordinal] - starts[ordinal];
    }

    /** Bytes of all bodies. */
    public long messageBytes() {
        long sum = 0;
        for (int i = 0; i < messages; i++) {
            sum += messageBytes(i);
        }
        return sum;
    }

    /** Continues a checksum over a message's body. */
    public void checksum(int ordinal, CRC32C crc) {
        crc.update(range.array(), starts[ordinal], messageBytes(ordinal));
    }

    /** A reader that stands before a message's body; to be reset for the next one. */
    public WireReader body(int ordinal) {
        return new WireReader(range.array(), starts[ordinal], ends[ordinal]);
    }

    /** Makes a reader of this section read a message's body. */
    public void body(int ordinal, WireReader reader) {
        reader.reset(starts[ordinal], ends[ordinal]);
    }

    private void read() throws InvalidProtocolBufferException {
        WireReader in = new WireReader(range.array(), range.from(), range.to());
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            int type = WireFormat.getTagWireType(tag);
            if (type == STRING && field == PublishSection.CHANNELS_FIELD_NUMBER) {
                int length = in.length();
                part(in.position() - length, in.position());
            } else if (type == STRING && field == PublishSection.PRODUCER_FIELD_NUMBER) {
                int length = in.length();
                producer = in.slice(in.position() - length, in.position());
            } else if (type == NUMBER) {
                number(field, in.varint());
            } else {
                in.skip(tag);
            }
        }
        firsts[parts] = messages;
    }

    private void number(int field, long value) {
        switch (field) {
            case PublishSection.FIRST_SEQUENCE_FIELD_NUMBER -> firstSequence = value;
            case PublishSection.EXPECTED_LAST_SERIAL_FIELD_NUMBER -> {
                conditional = true;
                expectedLastSerial = value;
            }
            case PublishSection.ATOMIC_FIELD_NUMBER -> atomic = value != 0;
            case PublishSection.EPHEMERAL_FIELD_NUMBER -> ephemeral = value != 0;
            default -> {
                // a field of a later version
            }
        }
    }

    private void part(int from, int to) throws InvalidProtocolBufferException {
        if (parts == channels.length) {
            channels = Arrays.copyOf(channels, parts * 4);
            firsts = Arrays.copyOf(firsts, parts * 4 + 1);
        }
        firsts[parts] = messages;
        String channel = "";
        WireReader in = new WireReader(range.array(), from, to);
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            boolean string = WireFormat.getTagWireType(tag) == STRING;
            if (string && field == SectionChannel.MESSAGES_FIELD_NUMBER) {
                int length = in.length();
                message(in.position() - length, in.position());
            } else if (string && field == SectionChannel.CHANNEL_FIELD_NUMBER) {
                int length = in.length();
                channel = new String(range.array(), in.position() - length, length, StandardCharsets.UTF_8);
            } else {
                in.skip(tag);
            }
        }
        channels[parts++] = channel;
    }

    private void message(int from, int to) {
        if (messages == starts.length) {
            starts = Arrays.copyOf(starts, messages * 4);
            ends = Arrays.copyOf(ends, messages * 4);
        }
        starts[messages] = from;
        ends[messages++] = to;
    }
}
