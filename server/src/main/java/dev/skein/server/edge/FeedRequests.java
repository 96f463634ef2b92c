package dev.skein.server.edge;

import dev.skein.proto.error.v1.Error;
import dev.skein.server.access.AccessControl;
import dev.skein.server.access.AccessVerdict;
import dev.skein.server.access.Caller;
import dev.skein.server.edge.Feed.FeedPosition;
import dev.skein.wire.Errors;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Channels that a client without an SDK asks for by one connection. Runs on its event loop. */
final class FeedRequests {

    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final EdgeSessions sessions;

    /** Waits for what comes, to answer the connection's request. */
    private @Nullable Feed polling;

    FeedRequests(EdgeSessions sessions) {
        this.sessions = sessions;
    }

    boolean isPolling() {
        return polling != null;
    }

    /** The connection is gone. */
    void end() {
        if (polling != null) {
            polling.end();
        }
    }

    /** A response without an end; from where the client was when its connection broke. */
    void events(ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder target) {
        Optional<String> after = Optional.ofNullable(request.headers().get(LAST_EVENT_ID))
                .filter(id -> !id.isEmpty())
                .or(() -> Targets.text(target, "after"));
        checked(context, request, target, after, (caller, channel, position) -> {
            EventSink sink = new EventSink(
                    EndlessResponse.begin(context, request, EdgeHttp.EVENTS),
                    sessions.parts().time());
            Feed feed = sessions.feed(sink, caller, channel);
            sink.attach(feed);
            feed.open(position);
        });
    }

    /** One answer, as soon as there is something. */
    void poll(ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder target) {
        checked(
                context,
                request,
                target,
                Targets.text(target, "after"),
                (caller, channel, position) -> poll(context, request, caller, channel, position));
    }

    /** Begins a feed. */
    private interface Begin {
        void from(@Nullable Caller caller, String channel, Optional<FeedPosition> position);
    }

    private void checked(
            ChannelHandlerContext context,
            FullHttpRequest request,
            QueryStringDecoder target,
            Optional<String> after,
            Begin begin) {
        String channel = Targets.text(target, "channel").orElse("");
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
            admitted(context, request, target, caller -> begin.from(caller, channel, position));
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
        String credential = Targets.text(target, "token")
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
}
