package dev.skein.server.edge;

import com.google.protobuf.Message;
import dev.skein.proto.edge.v1.ApiBroadcastRequest;
import dev.skein.proto.edge.v1.ApiChannelsRequest;
import dev.skein.proto.edge.v1.ApiDisconnectRequest;
import dev.skein.proto.edge.v1.ApiInfoRequest;
import dev.skein.proto.edge.v1.ApiPublishRequest;
import dev.skein.proto.edge.v1.ApiRefreshRequest;
import dev.skein.proto.edge.v1.ApiSubscribeRequest;
import dev.skein.proto.edge.v1.ApiUnsubscribeRequest;
import dev.skein.proto.edge.v1.Error;
import dev.skein.proto.edge.v1.HistoryRequest;
import dev.skein.proto.edge.v1.PresenceRequest;
import dev.skein.proto.edge.v1.PresenceStatsRequest;
import dev.skein.proto.edge.v1.RPCRequest;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.access.AccessControl;
import dev.skein.server.access.AccessVerdict;
import dev.skein.server.access.Caller;
import dev.skein.server.access.Usage;
import dev.skein.wire.Errors;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/**
 * What applications' servers may ask for, by HTTP: {@code POST /api/METHOD} with an API key. There only where access is controlled: without
 * keys nobody could be told from a browser. Thread-safe; called on event loops.
 */
final class EdgeApi {

    static final String PATH = "/api/";

    private static final String SCHEME = "apikey ";
    private static final byte[] NOTHING = {'{', '}'};

    private final EdgeParts parts;
    private final Map<String, Method> methods = new HashMap<>();
    private final AtomicInteger unanswered = new AtomicInteger();

    EdgeApi(EdgeParts parts) {
        this.parts = parts;
        ApiMethods api = new ApiMethods(parts, EdgeParts.JSON);
        method("publish", ApiPublishRequest.getDefaultInstance(), api::publish);
        method("broadcast", ApiBroadcastRequest.getDefaultInstance(), api::broadcast);
        method("history", HistoryRequest.getDefaultInstance(), api::history);
        method("presence", PresenceRequest.getDefaultInstance(), api::presence);
        method("presence_stats", PresenceStatsRequest.getDefaultInstance(), api::presenceStats);
        method("subscribe", ApiSubscribeRequest.getDefaultInstance(), api::subscribe);
        method("unsubscribe", ApiUnsubscribeRequest.getDefaultInstance(), api::unsubscribe);
        method("disconnect", ApiDisconnectRequest.getDefaultInstance(), api::disconnect);
        method("refresh", ApiRefreshRequest.getDefaultInstance(), api::refresh);
        method("channels", ApiChannelsRequest.getDefaultInstance(), api::channels);
        method("info", ApiInfoRequest.getDefaultInstance(), api::info);
        // What is kept goes with the namespace's retention only: no message is taken out of the middle of a log.
        refused("history_remove", HistoryRequest.getDefaultInstance(), Refusal.NOT_AVAILABLE);
        refused("batch", ApiInfoRequest.getDefaultInstance(), Refusal.NOT_AVAILABLE);
        refused("rpc", RPCRequest.getDefaultInstance(), Refusal.METHOD_NOT_FOUND);
    }

    /** What is sent back. */
    record Answer(HttpResponseStatus status, String text) {}

    /** A method of the API, once it is known who asks. */
    private interface Method {
        CompletableFuture<ApiAnswer> call(Caller caller, byte[] body) throws BadFrameException;
    }

    boolean has(String method) {
        return methods.containsKey(method);
    }

    /**
     * Answers a request.
     *
     * @param method one that {@link #has} knows
     * @param usage what the connection has used of its quota
     */
    CompletableFuture<Answer> ask(
            String method, FullHttpRequest request, QueryStringDecoder target, byte[] body, Usage usage) {
        AccessControl access = parts.access().orElseThrow();
        AccessVerdict verdict = access.authenticate(SCHEME + key(request, target));
        if (verdict instanceof AccessVerdict.Refused refused) {
            boolean starting = refused.error().getReason() == Reason.REASON_STARTING;
            return plain(
                    starting ? HttpResponseStatus.SERVICE_UNAVAILABLE : HttpResponseStatus.UNAUTHORIZED,
                    Errors.shortName(refused.error().getReason()) + ": "
                            + refused.error().getText());
        }
        if (unanswered.incrementAndGet() > EdgeLimits.API_CALLS_MAX) {
            unanswered.decrementAndGet();
            return plain(HttpResponseStatus.SERVICE_UNAVAILABLE, "too many unanswered requests; try another node");
        }
        Caller caller = access.caller(((AccessVerdict.Granted) verdict).grant(), usage);
        boolean byStatus = "transport".equals(request.headers().get("X-Centrifugo-Error-Mode"));
        try {
            return java.util.Objects.requireNonNull(methods.get(method))
                    .call(caller, body.length == 0 ? NOTHING : body)
                    .exceptionally(failure -> new ApiAnswer.Refused(Refusal.INTERNAL.error(failure.toString())))
                    .thenApply(answer -> answered(answer, byStatus))
                    .whenComplete((answer, none) -> unanswered.decrementAndGet());
        } catch (BadFrameException malformed) {
            unanswered.decrementAndGet();
            return plain(HttpResponseStatus.BAD_REQUEST, "malformed: " + malformed.getMessage());
        }
    }

    private static String key(FullHttpRequest request, QueryStringDecoder target) {
        String key = request.headers().get("X-API-Key");
        if (key != null) {
            return key;
        }
        String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        if (authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return authorization.substring(SCHEME.length());
        }
        return target.parameters().getOrDefault("api_key", List.of("")).get(0);
    }

    private static CompletableFuture<Answer> plain(HttpResponseStatus status, String text) {
        return CompletableFuture.completedFuture(new Answer(status, text));
    }

    private static Answer answered(ApiAnswer answer, boolean byStatus) {
        if (answer instanceof ApiAnswer.Result done) {
            return new Answer(HttpResponseStatus.OK, "{\"result\":" + text(done.result()) + "}");
        }
        Error error = ApiMethods.written(((ApiAnswer.Refused) answer).error());
        return byStatus
                ? new Answer(status(error.getCode()), text(error))
                : new Answer(HttpResponseStatus.OK, "{\"error\":" + text(error) + "}");
    }

    private static String text(Message message) {
        return new String(EdgeParts.JSON.write(message), StandardCharsets.UTF_8);
    }

    private static HttpResponseStatus status(int code) {
        return switch (code) {
            case 102, 104 -> HttpResponseStatus.NOT_FOUND;
            case 101, 103 -> HttpResponseStatus.FORBIDDEN;
            case 106, 107, 108 -> HttpResponseStatus.BAD_REQUEST;
            case 111 -> HttpResponseStatus.TOO_MANY_REQUESTS;
            case 112 -> HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE;
            default -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
        };
    }

    // ---- methods

    private <Q extends Message> void method(
            String name, Q empty, BiFunction<Caller, Q, CompletableFuture<ApiAnswer>> call) {
        methods.put(name, (caller, body) -> {
            Message.Builder request = empty.newBuilderForType();
            EdgeParts.JSON.read(body, request);
            @SuppressWarnings("unchecked") // a message's builder builds messages of its type
            Q read = (Q) request.build();
            return call.apply(caller, read);
        });
    }

    private void refused(String name, Message empty, Refusal refusal) {
        method(name, empty, (caller, request) -> ApiAnswer.refused(refusal.error()));
    }
}
