package dev.skein.server.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A response that goes on as long as its connection. Runs on the connection's event loop. */
final class EndlessResponse extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(EndlessResponse.class);

    /** Who writes it. */
    interface Writer {

        /** The connection takes more. */
        void ready();

        /** The connection is gone. */
        void gone();
    }

    private final Channel connection;
    private @Nullable Writer writer;
    private boolean ended;

    private EndlessResponse(Channel connection) {
        this.connection = connection;
    }

    /** Answers a request without end; the connection serves nothing else from now on. */
    static EndlessResponse begin(ChannelHandlerContext context, FullHttpRequest request, String type) {
        EndlessResponse response = new EndlessResponse(context.channel());
        HttpResponse head = Answers.head(request, type);
        head.headers()
                .set(HttpHeaderNames.CACHE_CONTROL, "private, no-cache, no-store, must-revalidate, max-age=0")
                .set(HttpHeaderNames.PRAGMA, HttpHeaderValues.NO_CACHE)
                .set("X-Accel-Buffering", "no");
        HttpUtil.setTransferEncodingChunked(head, true);
        context.channel().writeAndFlush(head);
        context.pipeline().addLast("response", response);
        context.pipeline().remove(RequestDeadline.class);
        context.pipeline().remove(EdgeHttp.class);
        return response;
    }

    void attach(Writer opened) {
        writer = opened;
    }

    /** Whether more can be written without piling up. */
    boolean isReady() {
        return connection.isWritable();
    }

    /** Bytes piled up. */
    long queuedBytes() {
        ChannelOutboundBuffer queue = connection.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    /** Writes bytes; ignored once it has ended. */
    void write(ByteBuf bytes) {
        if (ended) {
            bytes.release();
        } else {
            connection.writeAndFlush(new DefaultHttpContent(bytes));
        }
    }

    /** Ends it, with a last word or none. */
    void end(ByteBuf last) {
        if (ended) {
            last.release();
        } else {
            ended = true;
            connection.writeAndFlush(new DefaultLastHttpContent(last)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    void end() {
        end(Unpooled.EMPTY_BUFFER);
    }

    /** The client has nothing more to say on this connection. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object ignored) {
        ReferenceCountUtil.release(ignored);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Writer present = writer;
        if (present != null && connection.isWritable()) {
            present.ready();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Writer present = writer;
        if (present != null) {
            present.gone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        log.debug("a response of the edge failed: {}", failure.toString());
        context.close();
    }
}
