package dev.skein.server.edge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.skein.proto.edge.v1.Command;
import dev.skein.proto.edge.v1.EmulationRequest;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON, one message a line. Payloads are JSON values and pass byte for byte. */
final class JsonCodec implements Codec {

    /** Deeper than what anybody nests on purpose, and no danger to the stack. */
    private static final int DEPTH_MAX = 128;

    private static final byte[] NEWLINE = {'\n'};

    private final JsonFactory factory = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build();

    @Override
    public String subprotocol() {
        return "centrifuge-json";
    }

    @Override
    public boolean isText() {
        return true;
    }

    @Override
    public List<Command> decode(byte[] frame) throws BadFrameException {
        List<Command> commands = new ArrayList<>();
        try (JsonParser parser = factory.createParser(frame)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw new BadFrameException("a message that is no object");
                }
                Command.Builder command = Command.newBuilder();
                JsonFields.read(parser, frame, command);
                commands.add(command.build());
            }
        } catch (IOException | RuntimeException malformed) {
            throw new BadFrameException(malformed);
        }
        if (commands.isEmpty()) {
            throw new BadFrameException("an empty frame");
        }
        return commands;
    }

    /**
     * A request that carries a frame of another connection's session; the frame is a text in it.
     *
     * @throws BadFrameException when it can't be read
     */
    EmulationRequest emulation(byte[] request) throws BadFrameException {
        EmulationRequest.Builder emulation = EmulationRequest.newBuilder();
        try (JsonParser parser = factory.createParser(request)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadFrameException("no object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                String text = parser.nextTextValue();
                if (text == null) {
                    parser.skipChildren();
                } else if (name.equals("session")) {
                    emulation.setSession(text);
                } else if (name.equals("node")) {
                    emulation.setNode(text);
                } else if (name.equals("data")) {
                    emulation.setData(ByteString.copyFromUtf8(text));
                }
            }
        } catch (IOException malformed) {
            throw new BadFrameException(malformed);
        }
        return emulation.build();
    }

    /**
     * One message, of any type.
     *
     * @throws BadFrameException when it can't be read, or isn't all that there is
     */
    void read(byte[] text, Message.Builder into) throws BadFrameException {
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadFrameException("no object");
            }
            JsonFields.read(parser, text, into);
            if (parser.nextToken() != null) {
                throw new BadFrameException("more than one object");
            }
        } catch (IOException | RuntimeException malformed) {
            throw new BadFrameException(malformed);
        }
    }

    @Override
    public byte[] encode(Reply reply) {
        return write(reply);
    }

    /** A message of any type. */
    byte[] write(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = factory.createGenerator(bytes)) {
            JsonFields.write(out, message);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** Data is a text then, so that a difference can be one; one that is no text can't be sent. */
    @Override
    public byte[] encode(Push push, byte @Nullable [] delta) {
        ByteString whole = push.getPub().getData();
        ByteString text = ByteString.copyFrom(delta == null ? new byte[0] : delta);
        boolean shorter = delta != null && text.isValidUtf8() && text.size() < whole.size();
        return encode(Reply.newBuilder()
                .setPush(
                        shorter
                                ? Publications.withDelta(push, quoted(text))
                                : Publications.withData(push, quoted(whole)))
                .build());
    }

    private ByteString quoted(ByteString text) {
        ByteString.Output bytes = ByteString.newOutput();
        try (JsonGenerator out = factory.createGenerator(bytes)) {
            out.writeString(text.toStringUtf8());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteString();
    }

    @Override
    public boolean carries(byte[] payload) {
        try (JsonParser parser = factory.createParser(payload)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException notJson) {
            return false;
        }
    }

    @Override
    public byte[] frame(List<byte[]> replies) {
        return replies.size() == 1 ? replies.get(0) : joined(replies, NEWLINE);
    }

    static byte[] joined(List<byte[]> parts, byte[] between) {
        int size = between.length * (parts.size() - 1);
        for (byte[] part : parts) {
            size += part.length;
        }
        byte[] whole = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            if (at > 0) {
                System.arraycopy(between, 0, whole, at, between.length);
                at += between.length;
            }
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
