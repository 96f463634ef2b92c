package dev.skein.server.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Answers to plain requests, as browsers want them. */
final class Answers {

    static final String JSON = "application/json";
    static final String TEXT = "text/plain; charset=utf-8";

    private static final String PREFLIGHT_SECONDS = "300";

    private Answers() {}

    /** The head of an answer that goes on. */
    static HttpResponse head(FullHttpRequest request, String type) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
        forOrigin(request, response.headers());
        return response;
    }

    static void send(ChannelHandlerContext context, FullHttpRequest request, HttpResponseStatus status, String text) {
        send(context, request, response(request, status, text.startsWith("{") ? JSON : TEXT, text));
    }

    /**
     * A page, or a part of one.
     *
     * @param policy what it may load
     */
    static void sendFile(
            ChannelHandlerContext context, FullHttpRequest request, String type, String policy, byte[] content) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(content));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                .set("Content-Security-Policy", policy)
                .set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "no-referrer");
        HttpUtil.setContentLength(response, content.length);
        send(context, request, response);
    }

    /** A browser asks whether its page may ask. */
    static void sendMethods(ChannelHandlerContext context, FullHttpRequest request, String methods) {
        FullHttpResponse response = response(request, HttpResponseStatus.NO_CONTENT, TEXT, "");
        response.headers()
                .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS)
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, methods);
        send(context, request, response);
    }

    private static FullHttpResponse response(
            FullHttpRequest request, HttpResponseStatus status, String type, String text) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        if (!text.isEmpty()) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
        }
        if (status.code() != HttpResponseStatus.NO_CONTENT.code()) {
            HttpUtil.setContentLength(response, response.content().readableBytes());
        }
        if (status.code() != HttpResponseStatus.FORBIDDEN.code()) {
            forOrigin(request, response.headers());
        }
        return response;
    }

    private static void send(ChannelHandlerContext context, FullHttpRequest request, FullHttpResponse response) {
        boolean stays = HttpUtil.isKeepAlive(request) && response.status().code() < 400;
        HttpUtil.setKeepAlive(response, stays);
        var written = context.writeAndFlush(response);
        if (stays) {
            RequestDeadline.answered(context);
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** A browser hands the answer to its page only if this says so. */
    private static void forOrigin(FullHttpRequest request, HttpHeaders headers) {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin != null) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
                    .set(HttpHeaderNames.VARY, "Origin");
            String asked = request.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
            if (asked != null) {
                headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, asked);
            }
        }
    }
}
