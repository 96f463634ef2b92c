package dev.skein.server.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a connection into a WebSocket with a session. */
final class EdgeUpgrade {

    private static final Logger log = LoggerFactory.getLogger(EdgeUpgrade.class);

    private EdgeUpgrade() {}

    /** For clients that speak and listen. */
    static void speaking(
            EdgeSessions sessions, ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder target) {
        String protocols = EdgeParts.JSON.subprotocol() + "," + EdgeParts.PROTOBUF.subprotocol();
        handshake(context, request, target, protocols, handshaker -> {
            Codec codec = codec(handshaker, target);
            opened(sessions, context, new WebSocketTransport(context.channel(), codec), Optional.empty());
        });
    }

    /**
     * For clients that only listen.
     *
     * @param connect what they connect with; empty: it comes as the first message
     */
    static void listening(
            EdgeSessions sessions,
            ChannelHandlerContext context,
            FullHttpRequest request,
            QueryStringDecoder target,
            Optional<String> connect) {
        Optional<byte[]> first = connect.map(text -> text.getBytes(StandardCharsets.UTF_8));
        handshake(
                context,
                request,
                target,
                null,
                handshaker ->
                        opened(sessions, context, new WebSocketTransport(context.channel(), EdgeParts.PUSHES), first));
    }

    private interface Upgraded {
        void by(WebSocketServerHandshaker handshaker);
    }

    private static void handshake(
            ChannelHandlerContext context,
            FullHttpRequest request,
            QueryStringDecoder target,
            @org.jspecify.annotations.Nullable String protocols,
            Upgraded then) {
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
                        "ws://" + request.headers().get(HttpHeaderNames.HOST, "localhost") + target.path(),
                        protocols,
                        WebSocketDecoderConfig.newBuilder()
                                .maxFramePayloadLength(EdgeLimits.FRAME_BYTES_MAX)
                                .allowExtensions(false)
                                .withUTF8Validator(false)
                                .build())
                .newHandshaker(request);
        if (handshaker == null) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(context.channel());
            return;
        }
        handshaker.handshake(context.channel(), request).addListener(done -> {
            if (done.isSuccess()) {
                then.by(handshaker);
            } else {
                log.debug("a WebSocket's handshake failed: {}", String.valueOf(done.cause()));
                context.close();
            }
        });
    }

    private static Codec codec(WebSocketServerHandshaker handshaker, QueryStringDecoder target) {
        boolean protobuf = EdgeParts.PROTOBUF.subprotocol().equals(handshaker.selectedSubprotocol())
                || target.parameters().getOrDefault("format", List.of()).contains("protobuf")
                || target.parameters().getOrDefault("cf_protocol", List.of()).contains("protobuf");
        return protobuf ? EdgeParts.PROTOBUF : EdgeParts.JSON;
    }

    private static void opened(
            EdgeSessions sessions,
            ChannelHandlerContext context,
            WebSocketTransport transport,
            Optional<byte[]> first) {
        context.pipeline()
                .addLast("frames", new WebSocketFrameAggregator(EdgeLimits.FRAME_BYTES_MAX))
                .addLast("session", transport);
        context.pipeline().remove(RequestDeadline.class);
        context.pipeline().remove(EdgeHttp.class);
        sessions.open(transport)
                .ifPresentOrElse(
                        session -> {
                            transport.attach(session);
                            first.ifPresent(transport::received);
                        },
                        () -> transport.close(Farewell.SHUTDOWN));
    }
}
