package dev.skein.benchmarks.system;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.edge.v1.Command;
import dev.skein.proto.edge.v1.ConnectRequest;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.proto.edge.v1.SubscribeRequest;
import dev.skein.proto.edge.v1.SubscribeResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * A WebSocket to the edge, in its Protobuf form, that follows one channel, from a position when it has one. Runs on its connection's event
 * loop.
 */
final class EdgeSocket extends SimpleChannelInboundHandler<WebSocketFrame> implements EdgeFrame.Contents {

    private static final int CONNECT = 1;
    private static final int SUBSCRIBE = 2;

    private final String channel;
    private final Position position;
    private final Listener listener;
    private ChannelHandlerContext context;
    private boolean ended;

    /** Told on the event loop. */
    interface Listener {

        /** @param recovered whether it goes on from its position */
        void subscribed(boolean recovered);

        /** @param payload only for the time of the call */
        void received(ByteBuffer payload, long offset);

        /** Told once, when it has started or not. */
        void ended(String why);
    }

    /** Where a client is in its channel. It outlives the socket. */
    static final class Position {

        private String epoch = "";
        private long offset;

        long offset() {
            return offset;
        }
    }

    /**
     * Follows a channel.
     *
     * @param channel without position when it is fresh: what is published from now on
     */
    EdgeSocket(String channel, Position position, Listener listener) {
        this.channel = channel;
        this.position = position;
        this.listener = listener;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext present, Object event) {
        context = present;
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            send(Command.newBuilder()
                    .setId(CONNECT)
                    .setConnect(ConnectRequest.newBuilder().setName("skein-bench"))
                    .build());
        } else if (event == ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
            end("no handshake");
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext present, WebSocketFrame frame)
            throws InvalidProtocolBufferException {
        if (frame instanceof BinaryWebSocketFrame) {
            EdgeFrame.read(frame.content().nioBuffer(), this);
        } else if (frame instanceof CloseWebSocketFrame close) {
            end(close.statusCode() + " " + close.reasonText());
        }
    }

    @Override
    public void ping() {
        ByteBuf nothing = context.alloc().buffer(1).writeByte(0);
        context.writeAndFlush(new BinaryWebSocketFrame(nothing));
    }

    @Override
    public void publication(ByteBuffer payload, long offset) {
        position.offset = offset;
        listener.received(payload, offset);
    }

    @Override
    public void reply(Reply reply) {
        if (reply.hasError()) {
            end(reply.getError().getMessage());
        } else if (reply.getId() == CONNECT) {
            subscribe();
        } else if (reply.hasSubscribe()) {
            SubscribeResult result = reply.getSubscribe();
            boolean recovered = result.getRecovered();
            if (!recovered) {
                position.epoch = result.getEpoch();
                position.offset = result.getOffset();
            }
            listener.subscribed(recovered);
        }
    }

    private void subscribe() {
        boolean known = !position.epoch.isEmpty();
        send(Command.newBuilder()
                .setId(SUBSCRIBE)
                .setSubscribe(SubscribeRequest.newBuilder()
                        .setChannel(channel)
                        .setRecoverable(true)
                        .setRecover(known)
                        .setEpoch(position.epoch)
                        .setOffset(position.offset))
                .build());
    }

    private void send(Command command) {
        ByteBuf bytes = context.alloc().buffer();
        try (ByteBufOutputStream out = new ByteBufOutputStream(bytes)) {
            command.writeDelimitedTo(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        context.writeAndFlush(new BinaryWebSocketFrame(bytes));
    }

    @Override
    public void channelInactive(ChannelHandlerContext present) {
        end("the connection was lost");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext present, Throwable failure) {
        end(failure.toString());
    }

    private void end(String why) {
        if (!ended) {
            ended = true;
            listener.ended(why);
            if (context != null) {
                context.close();
            }
        }
    }
}
