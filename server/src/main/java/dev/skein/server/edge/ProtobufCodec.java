package dev.skein.server.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.skein.proto.edge.v1.Command;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Protobuf, each message behind its length. */
final class ProtobufCodec implements Codec {

    @Override
    public String subprotocol() {
        return "centrifuge-protobuf";
    }

    @Override
    public boolean isText() {
        return false;
    }

    @Override
    public List<Command> decode(byte[] frame) throws BadFrameException {
        CodedInputStream in = CodedInputStream.newInstance(frame);
        List<Command> commands = new ArrayList<>();
        try {
            while (!in.isAtEnd()) {
                int outer = in.pushLimit(in.readRawVarint32());
                commands.add(Command.parseFrom(in));
                in.popLimit(outer);
            }
        } catch (IOException malformed) {
            throw new BadFrameException(malformed);
        }
        if (commands.isEmpty()) {
            throw new BadFrameException("an empty frame");
        }
        return commands;
    }

    @Override
    public byte[] encode(Reply reply) {
        int size = reply.getSerializedSize();
        byte[] bytes = new byte[CodedOutputStream.computeUInt32SizeNoTag(size) + size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt32NoTag(size);
            reply.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes;
    }

    @Override
    public byte[] encode(Push push, byte @Nullable [] delta) {
        boolean shorter =
                delta != null && delta.length < push.getPub().getData().size();
        return encode(Reply.newBuilder()
                .setPush(shorter ? Publications.withDelta(push, ByteString.copyFrom(delta)) : push)
                .build());
    }

    @Override
    public boolean carries(byte[] payload) {
        return true;
    }

    @Override
    public byte[] frame(List<byte[]> replies) {
        return replies.size() == 1 ? replies.get(0) : JsonCodec.joined(replies, new byte[0]);
    }
}
