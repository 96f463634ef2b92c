package dev.skein.server.edge;

import com.google.protobuf.Message;
import dev.skein.proto.edge.v1.ApiBroadcastRequest;
import dev.skein.proto.edge.v1.ApiBroadcastResponse;
import dev.skein.proto.edge.v1.ApiChannelsRequest;
import dev.skein.proto.edge.v1.ApiChannelsResponse;
import dev.skein.proto.edge.v1.ApiDisconnectRequest;
import dev.skein.proto.edge.v1.ApiHistoryResponse;
import dev.skein.proto.edge.v1.ApiInfoRequest;
import dev.skein.proto.edge.v1.ApiInfoResponse;
import dev.skein.proto.edge.v1.ApiPresenceResponse;
import dev.skein.proto.edge.v1.ApiPresenceStatsResponse;
import dev.skein.proto.edge.v1.ApiPublishRequest;
import dev.skein.proto.edge.v1.ApiPublishResponse;
import dev.skein.proto.edge.v1.ApiRefreshRequest;
import dev.skein.proto.edge.v1.ApiSteerResponse;
import dev.skein.proto.edge.v1.ApiSubscribeRequest;
import dev.skein.proto.edge.v1.ApiUnsubscribeRequest;
import dev.skein.proto.edge.v1.HistoryRequest;
import dev.skein.proto.edge.v1.PresenceRequest;
import dev.skein.proto.edge.v1.PresenceStatsRequest;
import dev.skein.proto.edge.v1.ServerApiGrpc;
import dev.skein.server.access.Caller;
import dev.skein.server.loop.Loop;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The server API over gRPC. Thread-safe. */
public final class ServerApiCalls extends ServerApiGrpc.ServerApiImplBase {

    private final EdgeDoor door;
    private final AtomicInteger unanswered = new AtomicInteger();

    public ServerApiCalls(EdgeDoor door) {
        this.door = door;
    }

    @Override
    public void publish(ApiPublishRequest request, StreamObserver<ApiPublishResponse> out) {
        answer(ApiMethods::publish, request, ApiPublishResponse.getDefaultInstance(), out);
    }

    @Override
    public void broadcast(ApiBroadcastRequest request, StreamObserver<ApiBroadcastResponse> out) {
        answer(ApiMethods::broadcast, request, ApiBroadcastResponse.getDefaultInstance(), out);
    }

    @Override
    public void history(HistoryRequest request, StreamObserver<ApiHistoryResponse> out) {
        answer(ApiMethods::history, request, ApiHistoryResponse.getDefaultInstance(), out);
    }

    @Override
    public void presence(PresenceRequest request, StreamObserver<ApiPresenceResponse> out) {
        answer(ApiMethods::presence, request, ApiPresenceResponse.getDefaultInstance(), out);
    }

    @Override
    public void presenceStats(PresenceStatsRequest request, StreamObserver<ApiPresenceStatsResponse> out) {
        answer(ApiMethods::presenceStats, request, ApiPresenceStatsResponse.getDefaultInstance(), out);
    }

    @Override
    public void subscribe(ApiSubscribeRequest request, StreamObserver<ApiSteerResponse> out) {
        answer(ApiMethods::subscribe, request, ApiSteerResponse.getDefaultInstance(), out);
    }

    @Override
    public void unsubscribe(ApiUnsubscribeRequest request, StreamObserver<ApiSteerResponse> out) {
        answer(ApiMethods::unsubscribe, request, ApiSteerResponse.getDefaultInstance(), out);
    }

    @Override
    public void disconnect(ApiDisconnectRequest request, StreamObserver<ApiSteerResponse> out) {
        answer(ApiMethods::disconnect, request, ApiSteerResponse.getDefaultInstance(), out);
    }

    @Override
    public void refresh(ApiRefreshRequest request, StreamObserver<ApiSteerResponse> out) {
        answer(ApiMethods::refresh, request, ApiSteerResponse.getDefaultInstance(), out);
    }

    @Override
    public void channels(ApiChannelsRequest request, StreamObserver<ApiChannelsResponse> out) {
        answer(ApiMethods::channels, request, ApiChannelsResponse.getDefaultInstance(), out);
    }

    @Override
    public void info(ApiInfoRequest request, StreamObserver<ApiInfoResponse> out) {
        answer(ApiMethods::info, request, ApiInfoResponse.getDefaultInstance(), out);
    }

    private interface Method<Q> {
        CompletableFuture<ApiAnswer> call(ApiMethods api, Caller caller, Q request);
    }

    /** Asks on an event loop. */
    private <Q, A extends Message> void answer(Method<Q> method, Q request, A empty, StreamObserver<A> out) {
        EdgeSessions sessions = door.sessions();
        Caller caller = Caller.ofCall();
        if (sessions == null || caller == null) {
            fail(
                    out,
                    Status.UNIMPLEMENTED.withDescription(
                            sessions == null
                                    ? "node.edge: none (expected: a node with an edge)"
                                    : "node.access: none (expected: a node that controls access)"));
        } else if (unanswered.incrementAndGet() > EdgeLimits.API_CALLS_MAX) {
            unanswered.decrementAndGet();
            fail(
                    out,
                    Status.RESOURCE_EXHAUSTED.withDescription(
                            "unanswered calls: " + EdgeLimits.API_CALLS_MAX + " (expected: fewer; try another node)"));
        } else {
            Loop loop = sessions.parts().loops().here(request.hashCode());
            // Composed, so that a call that throws is answered, too.
            loop.execute(() -> CompletableFuture.completedFuture(sessions.calls())
                    .thenCompose(api -> method.call(api, caller, request))
                    .exceptionally(failure -> new ApiAnswer.Refused(Refusal.INTERNAL.error(failure.toString())))
                    .thenAccept(answer -> {
                        unanswered.decrementAndGet();
                        out.onNext(written(answer, empty));
                        out.onCompleted();
                    }));
        }
    }

    private static void fail(StreamObserver<?> out, Status status) {
        out.onError(status.asRuntimeException());
    }

    /** All responses have the two fields. */
    private static <A extends Message> A written(ApiAnswer answer, A empty) {
        boolean done = answer instanceof ApiAnswer.Result;
        Message told = answer instanceof ApiAnswer.Result result
                ? result.result()
                : ApiMethods.written(((ApiAnswer.Refused) answer).error());
        @SuppressWarnings("unchecked") // a message's builder builds messages of its type
        A response = (A) empty.newBuilderForType()
                .setField(empty.getDescriptorForType().findFieldByName(done ? "result" : "error"), told)
                .build();
        return response;
    }
}
