package dev.skein.systemtests.wan;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the head of a CONNECT request, then makes room for the {@link Connection}. */
final class ConnectHandler extends ChannelInboundHandlerAdapter {

    /** A head is a line and a few headers. Reached: 431 and closed. */
    private static final int HEAD_BYTES_MAX = 8 << 10;

    private static final String HEAD_END = "\r\n\r\n";

    /** Decides about a destination. */
    interface Destinations {
        /** @return the connection, or null when the destination is unknown or there are too many connections */
        @Nullable
        Connection open(ChannelHandlerContext client, String hostAndPort);
    }

    private final Destinations destinations;
    private final ByteBuf head = Unpooled.buffer(256);

    ConnectHandler(Destinations destinations) {
        this.destinations = destinations;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        head.writeBytes(bytes);
        bytes.release();
        String text = head.toString(StandardCharsets.US_ASCII);
        int end = text.indexOf(HEAD_END);
        if (end >= 0) {
            connect(context, text.substring(0, end), end + HEAD_END.length());
        } else if (head.readableBytes() > HEAD_BYTES_MAX) {
            refuse(context, "431 Request Header Fields Too Large", "a head of at most " + HEAD_BYTES_MAX + " bytes");
        }
    }

    private void connect(ChannelHandlerContext context, String text, int headBytes) {
        String[] line = text.lines().findFirst().orElse("").split(" ");
        if (line.length != 3 || !line[0].equals("CONNECT")) {
            refuse(context, "405 Method Not Allowed", "CONNECT host:port HTTP/1.1");
            return;
        }
        Connection connection = destinations.open(context, line[1]);
        if (connection == null) {
            refuse(context, "403 Forbidden", line[1] + ": unknown destination, or too many connections");
            return;
        }
        ByteBuf early = head.retainedSlice(headBytes, head.readableBytes() - headBytes);
        context.pipeline().replace(this, "relay", connection.clientSide());
        connection.start();
        if (early.isReadable()) {
            context.pipeline().fireChannelRead(early);
            context.pipeline().fireChannelReadComplete();
        } else {
            early.release();
        }
    }

    private static void refuse(ChannelHandlerContext context, String status, String text) {
        String answer = "HTTP/1.1 " + status + "\r\ncontent-length: " + text.length() + "\r\n\r\n" + text;
        context.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        head.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
