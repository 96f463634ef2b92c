package dev.skein.server.publish;

import static dev.skein.server.publish.SectionRefusals.invalid;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.skein.core.Limits;
import dev.skein.proto.client.v1.Header;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.error.v1.Error;
import dev.skein.server.locate.NamespaceFacts;
import dev.skein.wire.SectionView;
import dev.skein.wire.WireReader;
import org.jspecify.annotations.Nullable;

/**
 * Walks the bodies of one section. What passes can be decoded by every subscriber: nobody decodes it before them. A body with
 * nothing but a payload costs no object. Not thread-safe.
 */
final class BodyCheck {

    private static final int MESSAGE_ID = bytesTag(MessageBody.MESSAGE_ID_FIELD_NUMBER);
    private static final int HEADERS = bytesTag(MessageBody.HEADERS_FIELD_NUMBER);
    private static final int PAYLOAD = bytesTag(MessageBody.PAYLOAD_FIELD_NUMBER);
    private static final int TTL = MessageBody.TTL_MS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int HEADER_KEY = bytesTag(Header.KEY_FIELD_NUMBER);
    private static final int HEADER_VALUE = bytesTag(Header.VALUE_FIELD_NUMBER);
    private static final ByteString RESERVED = ByteString.copyFromUtf8(PublishCheck.RESERVED_HEADERS);

    private final SectionView section;
    private final NamespaceFacts facts;
    private final boolean mayReserve;
    private final WireReader body;
    private @Nullable WireReader header;
    private boolean allNamed = true;

    /**
     * A walk.
     *
     * @param section with at least one message
     * @param mayReserve whether headers may have reserved keys
     */
    BodyCheck(SectionView section, NamespaceFacts facts, boolean mayReserve) {
        this.section = section;
        this.facts = facts;
        this.mayReserve = mayReserve;
        body = section.body(0);
    }

    /** What is wrong with a part's bodies, null when nothing is. */
    @Nullable
    Error wrong(int part) {
        int first = section.first(part);
        for (int ordinal = first; ordinal < section.first(part + 1); ordinal++) {
            Error wrong = wrong(part, ordinal - first, ordinal);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    /** Whether every body walked so far has a message id. */
    boolean allNamed() {
        return allNamed;
    }

    private @Nullable Error wrong(int part, int place, int ordinal) {
        int bytes = section.messageBytes(ordinal);
        if (bytes > facts.messageBytesMax()) {
            return SectionRefusals.messageTooLarge(SectionRefusals.messageName(part, place), bytes, facts);
        }
        try {
            section.body(ordinal, body);
            walk();
            return null;
        } catch (WrongField wrong) {
            return invalid(SectionRefusals.messageName(part, place) + wrong.field, wrong.value, wrong.expected);
        } catch (InvalidProtocolBufferException malformed) {
            return invalid(
                    SectionRefusals.messageName(part, place), malformed.getMessage(), "a serialised MessageBody");
        }
    }

    /** Of a field that comes twice the last one counts, as for every reader. */
    private void walk() throws InvalidProtocolBufferException, WrongField {
        boolean named = false;
        int headers = 0;
        for (int tag = body.tag(); tag != 0; tag = body.tag()) {
            if (tag == PAYLOAD) {
                body.length();
            } else if (tag == MESSAGE_ID) {
                named = messageId(body.length());
            } else if (tag == HEADERS) {
                header(body.length(), ++headers);
            } else if (tag == TTL) {
                body.varint();
            } else {
                unknown(body, tag, MessageBody.TTL_MS_FIELD_NUMBER, "");
            }
        }
        allNamed &= named;
    }

    private boolean messageId(int bytes) throws WrongField {
        if (bytes > Limits.MESSAGE_ID_BYTES_MAX) {
            throw new WrongField(".message_id bytes", bytes, "at most " + Limits.MESSAGE_ID_BYTES_MAX);
        }
        text(body, bytes, ".message_id");
        return bytes > 0;
    }

    private void header(int bytes, int count) throws InvalidProtocolBufferException, WrongField {
        if (count > Limits.HEADERS_MAX) {
            throw new WrongField(".headers", count, "at most " + Limits.HEADERS_MAX);
        }
        WireReader in = header == null ? section.body(0) : header;
        header = in;
        in.reset(body.position() - bytes, body.position());
        int keyBytes = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            if (tag == HEADER_KEY) {
                keyBytes = in.length();
                text(in, keyBytes, ".headers.key");
                checkReserved(in, keyBytes);
            } else if (tag == HEADER_VALUE) {
                in.length();
            } else {
                unknown(in, tag, Header.VALUE_FIELD_NUMBER, ".headers");
            }
        }
        if (keyBytes == 0 || keyBytes > Limits.HEADER_KEY_BYTES_MAX) {
            throw new WrongField(".headers.key bytes", keyBytes, "1 to " + Limits.HEADER_KEY_BYTES_MAX);
        }
    }

    /** What a gateway says of a publisher, nobody else may say. */
    private void checkReserved(WireReader in, int bytes) throws WrongField {
        if (mayReserve || bytes < RESERVED.size()) {
            return;
        }
        ByteString key = in.slice(in.position() - bytes, in.position());
        if (key.startsWith(RESERVED)) {
            throw new WrongField(
                    ".headers.key", key.toStringUtf8(), "one that doesn't begin with " + PublishCheck.RESERVED_HEADERS);
        }
    }

    /** A reader would refuse the whole message for a text that isn't UTF-8. */
    private static void text(WireReader in, int bytes, String field) throws WrongField {
        if (bytes > 0 && !in.slice(in.position() - bytes, in.position()).isValidUtf8()) {
            throw new WrongField(field, bytes + " bytes", "UTF-8");
        }
    }

    /** Fields of later versions are let through; known ones of another type are somebody's mistake. */
    private static void unknown(WireReader in, int tag, int lastKnown, String of)
            throws InvalidProtocolBufferException, WrongField {
        int field = WireFormat.getTagFieldNumber(tag);
        if (field <= lastKnown) {
            throw new WrongField(
                    of + " field " + field, "wire type " + WireFormat.getTagWireType(tag), "the type of its schema");
        }
        in.skip(tag);
    }

    private static int bytesTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /** Ends the walk of a body. */
    @SuppressWarnings("serial") // never leaves this class
    private static final class WrongField extends Exception {

        private final String field;
        private final Object value;
        private final String expected;

        WrongField(String field, Object value, String expected) {
            super(field, null, false, false);
            this.field = field;
            this.value = value;
            this.expected = expected;
        }
    }
}
