package dev.skein.server.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A WebSocket under a session. Runs on the connection's event loop, which is the session's. */
final class WebSocketTransport extends SimpleChannelInboundHandler<WebSocketFrame> implements Transport {

    private static final Logger log = LoggerFactory.getLogger(WebSocketTransport.class);

    /** How long the client may take to agree to the end. */
    private static final long CLOSE_WAIT_SECONDS = 5;

    private final Channel connection;
    private final Codec codec;
    private @Nullable EdgeSession session;
    private boolean closing;
    private boolean spoken;

    WebSocketTransport(Channel connection, Codec codec) {
        this.connection = connection;
        this.codec = codec;
    }

    void attach(EdgeSession opened) {
        session = opened;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
            received(ByteBufUtil.getBytes(frame.content()));
        } else if (frame instanceof PongWebSocketFrame && codec.isOneWay() && session != null) {
            session.ponged();
        } else if (frame instanceof PingWebSocketFrame) {
            context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
        } else if (frame instanceof CloseWebSocketFrame) {
            closedByClient(context, frame);
        }
    }

    /** A frame of commands; of a client that only listens, the first and only one. */
    void received(byte[] frame) {
        EdgeSession present = session;
        if (present != null && !closing && !(codec.isOneWay() && spoken)) {
            spoken = true;
            present.received(frame);
        }
    }

    private void closedByClient(ChannelHandlerContext context, WebSocketFrame frame) {
        if (closing) {
            context.close();
        } else {
            closing = true;
            context.writeAndFlush(frame.retain()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        EdgeSession present = session;
        if (present != null && connection.isWritable()) {
            present.ready();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        EdgeSession present = session;
        if (present != null) {
            present.gone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof TooLongFrameException) {
            close(WebSocketCloseStatus.MESSAGE_TOO_BIG.code(), "message size limit");
        } else if (!(failure instanceof CorruptedWebSocketFrameException)) {
            // Of a corrupt frame the decoder has told the client itself.
            log.debug("a WebSocket failed: {}", failure.toString());
            context.close();
        }
    }

    @Override
    public Codec codec() {
        return codec;
    }

    @Override
    public boolean isReady() {
        return connection.isWritable();
    }

    @Override
    public long queuedBytes() {
        ChannelOutboundBuffer queue = connection.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    @Override
    public boolean isEmulated() {
        return false;
    }

    @Override
    public void pinged() {
        if (codec.isOneWay() && !closing) {
            connection.writeAndFlush(new PingWebSocketFrame());
        }
    }

    @Override
    public void send(List<byte[]> replies) {
        if (closing) {
            return;
        }
        if (codec.isOneWay()) {
            // Each by itself: who listens with a plain WebSocket needn't split them.
            replies.forEach(each -> connection.write(new TextWebSocketFrame(Unpooled.wrappedBuffer(each))));
            connection.flush();
        } else {
            ByteBuf bytes = Unpooled.wrappedBuffer(codec.frame(replies));
            connection.writeAndFlush(codec.isText() ? new TextWebSocketFrame(bytes) : new BinaryWebSocketFrame(bytes));
        }
    }

    @Override
    public void close(Farewell farewell) {
        if (codec.isOneWay()) {
            send(List.of(codec.encode(farewell.push())));
        }
        close(farewell.code(), farewell.reason());
    }

    private void close(int code, String reason) {
        if (!closing) {
            closing = true;
            connection.writeAndFlush(new CloseWebSocketFrame(code, reason));
            connection.eventLoop().schedule(() -> connection.close(), CLOSE_WAIT_SECONDS, TimeUnit.SECONDS);
        }
    }
}
