package dev.skein.server.edge;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.NodeId;
import dev.skein.proto.edge.v1.EmulationRequest;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.node.v1.EmulateRequest;
import dev.skein.proto.node.v1.EmulateResponse;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.server.access.AccessControl;
import dev.skein.server.access.AccessVerdict;
import dev.skein.server.access.Caller;
import dev.skein.server.access.Usage;
import dev.skein.server.edge.Feed.FeedPosition;
import dev.skein.wire.Errors;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
    private static final String EVENTS = "text/event-stream; charset=utf-8";
    private static final int FORWARD_SECONDS_MAX = 5;
    private static final String CONNECT = "cf_connect";
    private static final byte[] PLAIN_CONNECT = {'{', '}'};
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final EdgeSessions sessions;
    private final Origins origins;
    private final Optional<ConsolePages> console;

    /** Waits for what comes, to answer the connection's request. */
    private @Nullable Feed polling;

    /** The connection waits for its turn, or others have been asked for what it wants. */
    private boolean busy;

    /** What an application's server has used by this connection. */
    private @Nullable Usage usage;

    EdgeHttp(EdgeSessions sessions, Origins origins, Optional<ConsolePages> console) {
        this.sessions = sessions;
        this.origins = origins;
        this.console = console;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (polling != null || busy) {
            // Answers would overtake each other.
            context.close();
        } else if (!request.decoderResult().isSuccess()) {
            Answers.send(context, request, HttpResponseStatus.BAD_REQUEST, "a malformed request");
        } else if (!isOwnPage(request) && !origins.allow(request.headers().get(HttpHeaderNames.ORIGIN))) {
            Answers.send(context, request, HttpResponseStatus.FORBIDDEN, "this origin may not connect");
        } else {
            asked(context, request, new QueryStringDecoder(request.uri()));
        }
    }

    /** Pages of this very port, which are the console's. */
    private boolean isOwnPage(FullHttpRequest request) {
        String host = request.headers().get(HttpHeaderNames.HOST);
        return console.isPresent()
                && host != null
                && ("http://" + host).equals(request.headers().get(HttpHeaderNames.ORIGIN));
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
                            () -> EdgeUpgrade.listening(sessions, context, request, target, text(target, CONNECT)));
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
                                    context, request, posted ? Optional.of(body(request)) : bytes(target, CONNECT)));
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
                    enter(context, request, () -> feed(context, request, target));
                }
            }
            case "/poll" -> {
                if (allowed(context, request, HttpMethod.GET) && hasRoom(context, request)) {
                    feed(context, request, target);
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
        if (asked.getNode().equals(sessions.node())) {
            emulated(
                    context,
                    request,
                    sessions.emulate(asked.getSession(), asked.getData().toByteArray()));
        } else {
            forward(context, request, asked);
        }
    }

    /** The session is another node's: a balancer stands before the nodes. */
    private void forward(ChannelHandlerContext context, FullHttpRequest request, EmulationRequest asked) {
        Optional<ManagedChannel> there = peer(asked.getNode());
        if (there.isEmpty()) {
            emulated(context, request, false);
            return;
        }
        busy = true;
        EmulateRequest forwarded = EmulateRequest.newBuilder()
                .setSession(asked.getSession())
                .setFrame(asked.getData())
                .build();
        NodeServiceGrpc.newStub(there.get())
                .withDeadlineAfter(FORWARD_SECONDS_MAX, TimeUnit.SECONDS)
                .emulate(forwarded, new StreamObserver<>() {
                    @Override
                    public void onNext(EmulateResponse answer) {
                        context.executor().execute(() -> emulated(context, request, answer.getFound()));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        log.debug("{} was not reached: {}", asked.getNode(), failure.toString());
                        context.executor().execute(() -> emulated(context, request, false));
                    }

                    @Override
                    public void onCompleted() {}
                });
    }

    private Optional<ManagedChannel> peer(String node) {
        try {
            return sessions.parts().peers().to(new NodeId(node));
        } catch (IllegalArgumentException noName) {
            return Optional.empty();
        }
    }

    private void emulated(ChannelHandlerContext context, FullHttpRequest request, boolean found) {
        busy = false;
        Answers.send(
                context,
                request,
                found ? HttpResponseStatus.NO_CONTENT : HttpResponseStatus.NOT_FOUND,
                found ? "" : "no such session");
    }

    // ---- applications' servers

    private void api(ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder target) {
        String method = target.path().substring(EdgeApi.PATH.length());
        Optional<AccessControl> access = sessions.parts().access();
        if (access.isEmpty() || !sessions.api().has(method)) {
            Answers.send(context, request, HttpResponseStatus.NOT_FOUND, "nothing is here");
        } else if (allowed(context, request, HttpMethod.POST)) {
            busy = true;
            if (usage == null) {
                usage = access.get().newConnection();
            }
            sessions.api().ask(method, request, target, body(request), usage).thenAccept(answer -> context.executor()
                    .execute(() -> {
                        busy = false;
                        Answers.send(context, request, answer.status(), answer.text());
                    }));
        }
    }

    // ---- clients without an SDK

    private void feed(ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder target) {
        boolean polls = target.path().equals("/poll");
        String channel = text(target, "channel").orElse("");
        Optional<String> after = polls
                ? text(target, "after")
                : Optional.ofNullable(request.headers().get(LAST_EVENT_ID))
                        .filter(id -> !id.isEmpty())
                        .or(() -> text(target, "after"));
        Optional<FeedPosition> position = after.flatMap(FeedPosition::parse);
        if (channel.isEmpty()) {
            Answers.send(context, request, HttpResponseStatus.BAD_REQUEST, "channel: missing (expected: a channel)");
        } else if (after.isPresent() && position.isEmpty()) {
            Answers.send(
                    context,
                    request,
                    HttpResponseStatus.BAD_REQUEST,
                    "after: " + after.get() + " (expected: a position as it was given out)");
        } else {
            admitted(context, request, target, caller -> {
                if (polls) {
                    poll(context, request, caller, channel, position);
                } else {
                    EventSink sink = new EventSink(
                            EndlessResponse.begin(context, request, EVENTS),
                            sessions.parts().time());
                    Feed feed = sessions.feed(sink, caller, channel);
                    sink.attach(feed);
                    feed.open(position);
                }
            });
        }
    }

    private void poll(
            ChannelHandlerContext context,
            FullHttpRequest request,
            @Nullable Caller caller,
            String channel,
            Optional<FeedPosition> position) {
        PollSink sink = new PollSink(
                (status, text) -> {
                    polling = null;
                    Answers.send(context, request, status, text);
                },
                position.isPresent(),
                sessions.parts().time());
        Feed feed = sessions.feed(sink, caller, channel);
        polling = feed;
        sink.attach(feed);
        feed.open(position);
    }

    /** Goes on with whose request it is, null where access isn't controlled; or answers that it may not be asked. */
    private void admitted(
            ChannelHandlerContext context,
            FullHttpRequest request,
            QueryStringDecoder target,
            Consumer<@Nullable Caller> then) {
        Optional<AccessControl> access = sessions.parts().access();
        if (access.isEmpty()) {
            then.accept(null);
            return;
        }
        String credential = text(target, "token")
                .map(token -> "Bearer " + token)
                .orElseGet(() -> request.headers().get(HttpHeaderNames.AUTHORIZATION));
        AccessVerdict verdict = access.get().authenticate(credential);
        Error refusal = null;
        if (verdict instanceof AccessVerdict.Granted granted) {
            Caller caller = access.get().caller(granted.grant(), access.get().newConnection());
            refusal = caller.openStream();
            if (refusal == null) {
                then.accept(caller);
            }
        } else if (verdict instanceof AccessVerdict.Refused refused) {
            refusal = refused.error();
        }
        if (refusal != null) {
            Answers.send(
                    context,
                    request,
                    PollSink.status(refusal),
                    Errors.shortName(refusal.getReason()) + ": " + refusal.getText());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (polling != null) {
            polling.end();
        }
        context.fireChannelInactive();
    }

    // ---- requests and answers

    /** What a client connects with that only listens. */
    private static byte[] connectRequest(FullHttpRequest request, QueryStringDecoder target) {
        byte[] body = body(request);
        return body.length > 0 ? body : bytes(target, CONNECT).orElse(PLAIN_CONNECT);
    }

    private static Codec codec(FullHttpRequest request) {
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        return type.startsWith(OCTETS) ? EdgeParts.PROTOBUF : EdgeParts.JSON;
    }

    private static byte[] body(FullHttpRequest request) {
        return ByteBufUtil.getBytes(request.content());
    }

    private static Optional<String> text(QueryStringDecoder target, String name) {
        return target.parameters().getOrDefault(name, List.of()).stream().findFirst();
    }

    private static Optional<byte[]> bytes(QueryStringDecoder target, String name) {
        return text(target, name).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        log.debug("a connection of the edge failed: {}", failure.toString());
        context.close();
    }
}
