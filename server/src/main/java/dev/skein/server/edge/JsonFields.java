package dev.skein.server.edge;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import dev.skein.proto.edge.v1.ClientInfo;
import dev.skein.proto.edge.v1.HistoryResult;
import dev.skein.proto.edge.v1.PresenceResult;
import dev.skein.proto.edge.v1.PresenceStatsResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The protocol's messages as JSON objects: fields by their names, bytes as the JSON values that they are, whole numbers of any size as
 * numbers, unknown fields ignored, fields of their default left out but for those that clients compare with.
 */
final class JsonFields {

    private static final Set<String> ALWAYS = Set.of(
            ClientInfo.getDescriptor()
                    .findFieldByNumber(ClientInfo.USER_FIELD_NUMBER)
                    .getFullName(),
            ClientInfo.getDescriptor()
                    .findFieldByNumber(ClientInfo.CLIENT_FIELD_NUMBER)
                    .getFullName(),
            PresenceResult.getDescriptor()
                    .findFieldByNumber(PresenceResult.PRESENCE_FIELD_NUMBER)
                    .getFullName(),
            PresenceStatsResult.getDescriptor()
                    .findFieldByNumber(PresenceStatsResult.NUM_CLIENTS_FIELD_NUMBER)
                    .getFullName(),
            PresenceStatsResult.getDescriptor()
                    .findFieldByNumber(PresenceStatsResult.NUM_USERS_FIELD_NUMBER)
                    .getFullName(),
            HistoryResult.getDescriptor()
                    .findFieldByNumber(HistoryResult.PUBLICATIONS_FIELD_NUMBER)
                    .getFullName(),
            HistoryResult.getDescriptor()
                    .findFieldByNumber(HistoryResult.EPOCH_FIELD_NUMBER)
                    .getFullName(),
            HistoryResult.getDescriptor()
                    .findFieldByNumber(HistoryResult.OFFSET_FIELD_NUMBER)
                    .getFullName());

    private JsonFields() {}

    /**
     * Reads an object whose beginning is the parser's present token.
     *
     * @param text what the parser reads
     */
    static void read(JsonParser parser, byte[] text, Message.Builder into) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            FieldDescriptor field = into.getDescriptorForType().findFieldByName(parser.currentName());
            JsonToken value = parser.nextToken();
            if (field == null || value == JsonToken.VALUE_NULL && !isBytes(field)) {
                parser.skipChildren();
            } else if (field.isMapField()) {
                readMap(parser, text, field, into);
            } else if (field.isRepeated()) {
                require(value == JsonToken.START_ARRAY, field);
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    into.addRepeatedField(field, value(parser, text, field, into));
                }
            } else {
                into.setField(field, value(parser, text, field, into));
            }
        }
    }

    private static void readMap(JsonParser parser, byte[] text, FieldDescriptor field, Message.Builder into)
            throws IOException {
        require(parser.currentToken() == JsonToken.START_OBJECT, field);
        FieldDescriptor keys = field.getMessageType().findFieldByNumber(1);
        FieldDescriptor values = field.getMessageType().findFieldByNumber(2);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Message.Builder entry = into.newBuilderForField(field);
            entry.setField(keys, parser.currentName());
            parser.nextToken();
            entry.setField(values, value(parser, text, values, entry));
            into.addRepeatedField(field, entry.build());
        }
    }

    /** The present value, of a field or of one of its elements. */
    private static Object value(JsonParser parser, byte[] text, FieldDescriptor field, Message.Builder of)
            throws IOException {
        if (field.getJavaType() != JavaType.MESSAGE) {
            return scalar(parser, text, field);
        }
        require(parser.currentToken() == JsonToken.START_OBJECT, field);
        Message.Builder nested = of.newBuilderForField(field);
        read(parser, text, nested);
        return nested.build();
    }

    private static Object scalar(JsonParser parser, byte[] text, FieldDescriptor field) throws IOException {
        if (isBytes(field)) {
            return raw(parser, text);
        }
        JsonToken token = parser.currentToken();
        switch (field.getJavaType()) {
            case STRING -> {
                require(token == JsonToken.VALUE_STRING, field);
                return parser.getText();
            }
            case BOOLEAN -> {
                require(token.isBoolean(), field);
                return parser.getBooleanValue();
            }
            case INT -> {
                require(token == JsonToken.VALUE_NUMBER_INT, field);
                long number = parser.getLongValue();
                require(number == (int) number || isUnsigned(field) && number >>> 32 == 0, field);
                return (int) number;
            }
            case LONG -> {
                require(token == JsonToken.VALUE_NUMBER_INT, field);
                return parser.getLongValue();
            }
            default -> throw new IOException(field.getFullName() + ": not read from JSON");
        }
    }

    /** The value's own bytes. */
    private static ByteString raw(JsonParser parser, byte[] text) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int to = (int) parser.currentLocation().getByteOffset();
        return ByteString.copyFrom(text, from, to - from);
    }

    /** Writes a message as an object. */
    static void write(JsonGenerator out, MessageOrBuilder message) throws IOException {
        out.writeStartObject();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (isWritten(message, field)) {
                out.writeFieldName(field.getName());
                writeField(out, message, field);
            }
        }
        out.writeEndObject();
    }

    private static boolean isWritten(MessageOrBuilder message, FieldDescriptor field) {
        boolean present = field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
        return present || ALWAYS.contains(field.getFullName());
    }

    private static void writeField(JsonGenerator out, MessageOrBuilder message, FieldDescriptor field)
            throws IOException {
        if (field.isMapField()) {
            out.writeStartObject();
            FieldDescriptor keys = field.getMessageType().findFieldByNumber(1);
            FieldDescriptor values = field.getMessageType().findFieldByNumber(2);
            for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                Message entry = (Message) message.getRepeatedField(field, i);
                out.writeFieldName((String) entry.getField(keys));
                writeValue(out, values, entry.getField(values));
            }
            out.writeEndObject();
        } else if (field.isRepeated()) {
            out.writeStartArray();
            for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                writeValue(out, field, message.getRepeatedField(field, i));
            }
            out.writeEndArray();
        } else {
            writeValue(out, field, message.getField(field));
        }
    }

    private static void writeValue(JsonGenerator out, FieldDescriptor field, Object value) throws IOException {
        switch (field.getJavaType()) {
            case STRING -> out.writeString((String) value);
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case INT -> out.writeNumber(isUnsigned(field) ? Integer.toUnsignedLong((Integer) value) : (Integer) value);
            case LONG -> out.writeNumber((Long) value);
            case BYTE_STRING -> out.writeRawValue(onOneLine((ByteString) value));
            case MESSAGE -> write(out, (Message) value);
            default -> throw new IOException(field.getFullName() + ": not written to JSON");
        }
    }

    /** A line break in JSON can only stand between tokens, so that nothing is lost. */
    private static String onOneLine(ByteString value) {
        String text = value.toString(StandardCharsets.UTF_8);
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                ? text
                : text.replace("\n", "").replace("\r", "");
    }

    private static boolean isBytes(FieldDescriptor field) {
        return field.getJavaType() == JavaType.BYTE_STRING;
    }

    private static boolean isUnsigned(FieldDescriptor field) {
        return field.getType() == FieldDescriptor.Type.UINT32;
    }

    private static void require(boolean condition, FieldDescriptor field) throws IOException {
        if (!condition) {
            throw new IOException(field.getFullName() + ": of another type");
        }
    }
}
