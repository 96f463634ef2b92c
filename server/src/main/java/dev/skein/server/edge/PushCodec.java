package dev.skein.server.edge;

import dev.skein.proto.edge.v1.Command;
import dev.skein.proto.edge.v1.ConnectRequest;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bare pushes in JSON, for clients that only listen: all that they say is what they connect with. Thread-safe. */
final class PushCodec implements Codec {

    private static final int CONNECT_ID = 1;

    private final JsonCodec json;

    PushCodec(JsonCodec json) {
        this.json = json;
    }

    @Override
    public String subprotocol() {
        return "";
    }

    @Override
    public boolean isText() {
        return true;
    }

    @Override
    public boolean isOneWay() {
        return true;
    }

    @Override
    public List<Command> decode(byte[] frame) throws BadFrameException {
        ConnectRequest.Builder connect = ConnectRequest.newBuilder();
        json.read(frame, connect);
        return List.of(
                Command.newBuilder().setId(CONNECT_ID).setConnect(connect).build());
    }

    /** A push as it is, a connect's answer as one; everything else is a ping. */
    @Override
    public byte[] encode(Reply reply) {
        return json.write(
                reply.hasConnect()
                        ? Push.newBuilder().setConnect(reply.getConnect()).build()
                        : reply.getPush());
    }

    /** Clients that only listen are sent everything whole. */
    @Override
    public byte[] encode(Push push, byte @Nullable [] delta) {
        return json.write(push);
    }

    @Override
    public boolean carries(byte[] payload) {
        return json.carries(payload);
    }

    @Override
    public byte[] frame(List<byte[]> replies) {
        return json.frame(replies);
    }
}
