package dev.skein.server.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections that take their time: to say what they want, however slowly they drip, or to say something more. Stands before the
 * parser, and is told of whole requests.
 */
final class RequestDeadline extends ChannelInboundHandlerAdapter {

    private static final long REQUEST_SECONDS_MAX = 10;
    private static final long IDLE_SECONDS_MAX = 75;

    private @Nullable Future<?> due;
    private boolean idle;

    @Override
    public void channelActive(ChannelHandlerContext context) {
        arm(context, REQUEST_SECONDS_MAX);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (idle) {
            idle = false;
            arm(context, REQUEST_SECONDS_MAX);
        }
        context.fireChannelRead(bytes);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        disarm();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        disarm();
        context.fireChannelInactive();
    }

    /** A request has come whole, and has been answered. */
    static void answered(ChannelHandlerContext context) {
        RequestDeadline deadline = context.pipeline().get(RequestDeadline.class);
        if (deadline != null && context.channel().isActive()) {
            deadline.idle = true;
            deadline.arm(context, IDLE_SECONDS_MAX);
        }
    }

    private void arm(ChannelHandlerContext context, long seconds) {
        disarm();
        due = context.executor().schedule(() -> context.channel().close(), seconds, TimeUnit.SECONDS);
    }

    private void disarm() {
        if (due != null) {
            due.cancel(false);
            due = null;
        }
    }
}
