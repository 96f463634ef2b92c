package dev.skein.systemtests.wan;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A proxied connection: two channels and the two conduits between them. The connect itself travels the forward path, its answer
 * the backward path, so that connecting takes one emulated round trip and hangs when either way is cut.
 */
final class Connection {

    private final Channel client;
    private final Conduit forward;
    private final Conduit backward;
    private final Bootstrap bootstrap;
    private final InetSocketAddress target;
    private @Nullable Channel server;
    private boolean connecting;
    private boolean clientGone;
    private boolean serverGone;

    Connection(Channel client, Conduit forward, Conduit backward, Bootstrap bootstrap, InetSocketAddress target) {
        this.client = client;
        this.forward = forward;
        this.backward = backward;
        this.bootstrap = bootstrap;
        this.target = target;
    }

    /** Sends the connect on its way. */
    void start() {
        forward.source(client);
        backward.sink(client);
        forward.mark(this::connect);
    }

    /** Relays what the client sends. */
    Relay clientSide() {
        return new Relay(forward, backward, this::clientClosed);
    }

    private void connect() {
        connecting = true;
        ChannelFuture attempt = bootstrap
                .clone()
                .handler(new Relay(backward, forward, this::serverClosed))
                .connect(target);
        attempt.addListener((ChannelFutureListener) this::connected);
    }

    private void connected(ChannelFuture attempt) {
        if (!attempt.isSuccess()) {
            serverGone = true;
            answer("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
            backward.mark(() -> closeAfterWrites(client));
            return;
        }
        server = attempt.channel();
        backward.source(server);
        answer("HTTP/1.1 200 Connection established\r\n\r\n");
        forward.sink(server);
        if (clientGone) {
            closeAfterWrites(server);
        }
    }

    private void answer(String head) {
        backward.send(Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII));
        backward.drain();
    }

    private void clientClosed() {
        if (!connecting) {
            // The connect never arrived: nobody else knows of this connection.
            discard();
            return;
        }
        forward.mark(this::closeServer);
        discardWhenBothGone();
    }

    private void closeServer() {
        clientGone = true;
        if (server != null) {
            closeAfterWrites(server);
        }
    }

    private void serverClosed() {
        serverGone = true;
        backward.mark(() -> closeAfterWrites(client));
        discardWhenBothGone();
    }

    private void discardWhenBothGone() {
        if (!client.isActive() && serverGone) {
            discard();
        }
    }

    private void discard() {
        forward.discard();
        backward.discard();
    }

    private static void closeAfterWrites(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** One channel's end: what it reads enters one conduit, what the other conduit delivers is written to it. */
    static final class Relay extends ChannelInboundHandlerAdapter {

        private final Conduit away;
        private final Conduit here;
        private final Runnable closed;

        Relay(Conduit away, Conduit here, Runnable closed) {
            this.away = away;
            this.here = here;
            this.closed = closed;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            away.send((ByteBuf) message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            away.drain();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            here.drain();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            closed.run();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Resets are part of what is emulated; the close is what counts.
            context.close();
        }
    }
}
