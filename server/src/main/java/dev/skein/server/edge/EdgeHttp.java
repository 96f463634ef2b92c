package dev.skein.server.edge;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.edge.v1.EmulationRequest;
import dev.skein.server.access.AccessControl;
import dev.skein.server.access.Usage;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a connection asks for: a WebSocket, an endless response, a command of another connection's session, a channel for a client without
 * an SDK. One for a connection; runs on its event loop.
 */
final class EdgeHttp extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger log = LoggerFactory.getLogger(EdgeHttp.class);

    private static final String OCTETS = "application/octet-stream";
    static final String EVENTS = "text/event-stream; charset=utf-8";
    private static final String CONNECT = "cf_connect";
    private static final byte[] PLAIN_CONNECT = {'{', '}'};

    private final EdgeSessions sessions;
    private final Origins origins;
    private final Optional<ConsolePages> console;
    private final FeedRequests feeds;

    /** The connection waits for its turn, or others have been asked for what it wants. */
    private boolean busy;

    /** What an application's server has used by this connection. */
    private @Nullable Usage usage;

    EdgeHttp(EdgeSessions sessions, Origins origins, Optional<ConsolePages> console) {
        this.sessions = sessions;
        this.origins = origins;
        this.console = console;
        this.feeds = new FeedRequests(sessions);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (busy || feeds.isPolling()) {
            // Answers would overtake each other.
            context.close();
        } else if (!request.decoderResult().isSuccess()) {
            Answers.send(context, request, HttpResponseStatus.BAD_REQUEST, "a malformed request");
        } else if (!isOwnPage(context, request)
                && !origins.allow(request.headers().get(HttpHeaderNames.ORIGIN))) {
            Answers.send(context, request, HttpResponseStatus.FORBIDDEN, "this origin may not connect");
        } else {
            asked(context, request, new QueryStringDecoder(request.uri()));
        }
    }

    /** Pages of this very port, which are the console's. */
    private boolean isOwnPage(ChannelHandlerContext context, FullHttpRequest request) {
        String host = request.headers().get(HttpHeaderNames.HOST);
        String scheme = context.pipeline().get(SslHandler.class) == null ? "http://" : "https://";
        return console.isPresent()
                && host != null
                && (scheme + host).equals(request.headers().get(HttpHeaderNames.ORIGIN));
    }

    private void asked(ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder target) {
        switch (target.path()) {
            case "/connection/websocket" -> {
                if (allowed(context, request, HttpMethod.GET)) {
                    enter(context, request, () -> EdgeUpgrade.speaking(sessions, context, request, target));
                }
            }
            case "/connection/uni_websocket" -> {
                if (allowed(context, request, HttpMethod.GET)) {
                    enter(
                            context,
                            request,
                            () -> EdgeUpgrade.listening(
                                    sessions, context, request, target, Targets.text(target, CONNECT)));
                }
            }
            case "/connection/http_stream" -> {
                if (allowed(context, request, HttpMethod.POST)) {
                    Codec codec = codec(request);
                    String type = codec.isText() ? Answers.JSON : OCTETS;
                    enter(context, request, () -> {
                        byte[] first = body(request);
                        open(StreamTransport.plain(EndlessResponse.begin(context, request, type), codec), first);
                    });
                }
            }
            case "/connection/sse" -> {
                boolean posted = request.method().equals(HttpMethod.POST);
                if (posted || allowed(context, request, HttpMethod.GET)) {
                    enter(
                            context,
                            request,
                            () -> events(
                                    context,
                                    request,
                                    posted ? Optional.of(body(request)) : Targets.bytes(target, CONNECT)));
                }
            }
            case "/connection/uni_http_stream" -> {
                if (allowed(context, request, HttpMethod.POST)) {
                    enter(context, request, () -> {
                        byte[] first = connectRequest(request, target);
                        EndlessResponse response = EndlessResponse.begin(context, request, Answers.JSON);
                        open(StreamTransport.plain(response, EdgeParts.PUSHES), first);
                    });
                }
            }
            case "/connection/uni_sse" -> {
                boolean posted = request.method().equals(HttpMethod.POST);
                if (posted || allowed(context, request, HttpMethod.GET)) {
                    enter(context, request, () -> {
                        byte[] first = connectRequest(request, target);
                        EndlessResponse response = EndlessResponse.begin(context, request, EVENTS);
                        open(StreamTransport.events(response, EdgeParts.PUSHES), first);
                    });
                }
            }
            case "/emulation" -> {
                if (allowed(context, request, HttpMethod.POST)) {
                    emulate(context, request);
                }
            }
            case "/events" -> {
                if (allowed(context, request, HttpMethod.GET)) {
                    enter(context, request, () -> feeds.events(context, request, target));
                }
            }
            case "/poll" -> {
                if (allowed(context, request, HttpMethod.GET) && hasRoom(context, request)) {
                    feeds.poll(context, request, target);
                }
            }
            case "/health" -> {
                if (hasRoom(context, request)) {
                    Answers.send(context, request, HttpResponseStatus.OK, "{}");
                }
            }
            case "/connection/init" -> Answers.send(context, request, HttpResponseStatus.OK, "{}");
            default -> {
                if (target.path().startsWith(EdgeApi.PATH)) {
                    api(context, request, target);
                } else if (console.isPresent() && ConsolePages.has(target.path())) {
                    if (allowed(context, request, HttpMethod.GET)) {
                        console.get().answer(context, request, target.path());
                    }
                } else {
                    Answers.send(context, request, HttpResponseStatus.NOT_FOUND, "nothing is here");
                }
            }
        }
    }

    /** Whether it is the method; if not, it has been answered, as a browser's question whether it may ask. */
    private static boolean allowed(ChannelHandlerContext context, FullHttpRequest request, HttpMethod method) {
        if (request.method().equals(method)) {
            return true;
        }
        if (request.method().equals(HttpMethod.OPTIONS)) {
            Answers.sendMethods(context, request, "GET, POST, OPTIONS");
        } else {
            Answers.send(context, request, HttpResponseStatus.METHOD_NOT_ALLOWED, "expected: " + method);
        }
        return false;
    }

    private boolean hasRoom(ChannelHandlerContext context, FullHttpRequest request) {
        boolean full = sessions.isFull();
        if (full) {
            Answers.send(
                    context,
                    request,
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "no more sessions here; try another node");
        }
        return !full;
    }

    /** Goes on when it is the connection's turn, or answers that it may not come in. */
    private void enter(ChannelHandlerContext context, FullHttpRequest request, Runnable then) {
        if (!hasRoom(context, request)) {
            return;
        }
        busy = true;
        request.retain();
        boolean passes = sessions.turnstile().pass(request.content().readableBytes(), () -> {
            busy = false;
            try {
                if (context.channel().isActive() && hasRoom(context, request)) {
                    then.run();
                }
            } catch (RuntimeException failure) {
                exceptionCaught(context, failure);
            } finally {
                request.release();
            }
        });
        if (!passes) {
            busy = false;
            request.release();
            Answers.send(
                    context,
                    request,
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "too many come at once; try again in a few seconds");
        }
    }

    // ---- endless responses

    private void events(ChannelHandlerContext context, FullHttpRequest request, Optional<byte[]> first) {
        if (first.isPresent()) {
            EndlessResponse response = EndlessResponse.begin(context, request, EVENTS);
            open(StreamTransport.events(response, EdgeParts.JSON), first.get());
        } else {
            Answers.send(
                    context,
                    request,
                    HttpResponseStatus.BAD_REQUEST,
                    CONNECT + ": missing (expected: a frame of commands)");
        }
    }

    private void open(StreamTransport transport, byte[] first) {
        sessions.open(transport)
                .ifPresentOrElse(
                        session -> {
                            transport.attach(session);
                            session.received(first);
                        },
                        () -> transport.close(Farewell.SHUTDOWN));
    }

    private void emulate(ChannelHandlerContext context, FullHttpRequest request) {
        EmulationRequest asked;
        try {
            asked = codec(request).isText()
                    ? EdgeParts.JSON.emulation(body(request))
                    : EmulationRequest.parseFrom(body(request));
        } catch (BadFrameException | InvalidProtocolBufferException malformed) {
            Answers.send(context, request, HttpResponseStatus.BAD_REQUEST, "a malformed emulation request");
            return;
        }
        answerLater(context, Emulation.emulate(sessions, asked), found -> {
            HttpResponseStatus status = found ? HttpResponseStatus.NO_CONTENT : HttpResponseStatus.NOT_FOUND;
            Answers.send(context, request, status, found ? "" : "no such session");
        });
    }

    /** The connection asks nothing else until then. */
    private <T> void answerLater(ChannelHandlerContext context, CompletionStage<T> known, Consumer<T> answer) {
        busy = true;
        known.thenAccept(it -> onLoop(context, () -> {
            busy = false;
            answer.accept(it);
        }));
    }

    private static void onLoop(ChannelHandlerContext context, Runnable task) {
        if (context.executor().inEventLoop()) {
            task.run();
        } else {
            context.executor().execute(task);
        }
    }

    // ---- applications' servers

    private void api(ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder target) {
        String method = target.path().substring(EdgeApi.PATH.length());
        Optional<AccessControl> access = sessions.parts().access();
        if (access.isEmpty() || !sessions.api().has(method)) {
            Answers.send(context, request, HttpResponseStatus.NOT_FOUND, "nothing is here");
        } else if (allowed(context, request, HttpMethod.POST)) {
            if (usage == null) {
                usage = access.get().newConnection();
            }
            answerLater(
                    context,
                    sessions.api().ask(method, request, target, body(request), usage),
                    answer -> Answers.send(context, request, answer.status(), answer.text()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        feeds.end();
        context.fireChannelInactive();
    }

    // ---- requests and answers

    /** What a client connects with that only listens. */
    private static byte[] connectRequest(FullHttpRequest request, QueryStringDecoder target) {
        byte[] body = body(request);
        return body.length > 0 ? body : Targets.bytes(target, CONNECT).orElse(PLAIN_CONNECT);
    }

    private static Codec codec(FullHttpRequest request) {
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        return type.startsWith(OCTETS) ? EdgeParts.PROTOBUF : EdgeParts.JSON;
    }

    private static byte[] body(FullHttpRequest request) {
        return ByteBufUtil.getBytes(request.content());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        log.debug("a connection of the edge failed: {}", failure.toString());
        context.close();
    }
}
