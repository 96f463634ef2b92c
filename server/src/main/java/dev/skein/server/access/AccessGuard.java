package dev.skein.server.access;

import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.error.v1.Error;
import dev.skein.wire.Errors;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every service of the client port: a call needs a good credential in its header {@code authorization}, an admin call
 * one that allows it. Only health may be asked by anybody. What a call does with channels its service checks, through
 * {@link Caller#ofCall}. Thread-safe.
 */
public final class AccessGuard implements ServerInterceptor {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Attributes.Key<Usage> CONNECTION = Attributes.Key.create("skein-connection-usage");

    private final AccessControl access;

    public AccessGuard(AccessControl access) {
        this.access = access;
    }

    /** The services behind this guard. */
    public List<ServerServiceDefinition> guarded(List<ServerServiceDefinition> services) {
        return services.stream()
                .map(service -> ServerInterceptors.intercept(service, this))
                .toList();
    }

    /** Counts what each connection of a port uses. */
    public void count(NettyServerBuilder port) {
        port.addTransportFilter(new ServerTransportFilter() {
            @Override
            public Attributes transportReady(Attributes connection) {
                return connection.toBuilder()
                        .set(CONNECTION, access.newConnection())
                        .build();
            }
        });
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String service = call.getMethodDescriptor().getServiceName();
        if (HealthGrpc.SERVICE_NAME.equals(service)) {
            return next.startCall(call, headers);
        }
        AccessVerdict verdict = access.authenticate(headers.get(AUTHORIZATION));
        if (verdict instanceof AccessVerdict.Refused refused) {
            return refuse(call, refused.error());
        }
        Usage connection = Objects.requireNonNull(call.getAttributes().get(CONNECTION), "the port counts connections");
        Caller caller = access.caller(((AccessVerdict.Granted) verdict).grant(), connection);
        Error denied = AdminGrpc.SERVICE_NAME.equals(service) ? caller.mayOperate() : null;
        return denied == null ? start(caller, call, headers, next) : refuse(call, denied);
    }

    /** A session takes its caller when it starts, and is spared a change of context with each frame. */
    private static <Q, A> ServerCall.Listener<Q> start(
            Caller caller, ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Context context = caller.in(Context.current());
        if (!call.getMethodDescriptor()
                .getFullMethodName()
                .equals(MessagingGrpc.getSessionMethod().getFullMethodName())) {
            return Contexts.interceptCall(context, call, headers, next);
        }
        Context before = context.attach();
        try {
            return next.startCall(call, headers);
        } finally {
            context.detach(before);
        }
    }

    private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, Error error) {
        StatusRuntimeException status = Errors.toStatus(error);
        @Nullable Metadata trailers = Status.trailersFromThrowable(status);
        call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
    }
}
