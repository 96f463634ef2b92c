package dev.skein.server.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An endless response under a session, for clients without WebSockets; their commands come by requests of their own. */
final class StreamTransport implements Transport {

    private static final byte[] EVENT_BEGIN = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT_END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = {'\n'};
    private static final byte[] NOTHING = {};

    private final EndlessResponse response;
    private final Codec codec;
    private final byte[] before;
    private final byte[] after;

    private StreamTransport(EndlessResponse response, Codec codec, byte[] before, byte[] after) {
        this.response = response;
        this.codec = codec;
        this.before = before;
        this.after = after;
    }

    /** Replies one after the other. */
    static StreamTransport plain(EndlessResponse response, Codec codec) {
        return new StreamTransport(response, codec, NOTHING, codec.isText() ? LINE_END : NOTHING);
    }

    /** Replies as events of {@code text/event-stream}, of a codec that writes text. */
    static StreamTransport events(EndlessResponse response, Codec codec) {
        response.write(Unpooled.copiedBuffer("\r\n", StandardCharsets.US_ASCII));
        return new StreamTransport(response, codec, EVENT_BEGIN, EVENT_END);
    }

    void attach(EdgeSession session) {
        response.attach(new EndlessResponse.Writer() {
            @Override
            public void ready() {
                session.ready();
            }

            @Override
            public void gone() {
                session.gone();
            }
        });
    }

    @Override
    public Codec codec() {
        return codec;
    }

    @Override
    public boolean isEmulated() {
        return !codec.isOneWay();
    }

    @Override
    public boolean answersPings() {
        return false;
    }

    @Override
    public boolean isReady() {
        return response.isReady();
    }

    @Override
    public long queuedBytes() {
        return response.queuedBytes();
    }

    @Override
    public void send(List<byte[]> replies) {
        response.write(framed(replies));
    }

    @Override
    public void close(Farewell farewell) {
        response.end(framed(List.of(codec.encode(farewell.push()))));
    }

    private ByteBuf framed(List<byte[]> replies) {
        int size = replies.size() * (before.length + after.length);
        for (byte[] reply : replies) {
            size += reply.length;
        }
        ByteBuf bytes = Unpooled.buffer(size, size);
        for (byte[] reply : replies) {
            bytes.writeBytes(before).writeBytes(reply).writeBytes(after);
        }
        return bytes;
    }
}
