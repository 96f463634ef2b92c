package dev.skein.server.admin;

import dev.skein.core.NodeId;
import dev.skein.proto.admin.v1.AdminGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;

/** Marks admin calls that one node passes on to another, so that two nodes of different opinion don't pass one to and fro. */
public final class Forwarded {

    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of("skein-forwarded", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<Boolean> MARK = Context.keyWithDefault("skein-forwarded", false);
    private static final long RPC_MILLIS = 5_000;

    private Forwarded() {}

    /** Reads the mark. */
    public static ServerInterceptor interceptor() {
        return new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                Context context = Context.current().withValue(MARK, headers.containsKey(HEADER));
                return Contexts.interceptCall(context, call, headers, next);
            }
        };
    }

    /** Whether the call being handled was passed on by another node. */
    static boolean isCurrent() {
        return MARK.get();
    }

    /** A stub whose calls carry the mark. */
    static AdminGrpc.AdminStub stub(Channel channel, NodeId self) {
        Metadata headers = new Metadata();
        headers.put(HEADER, self.value());
        return AdminGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(RPC_MILLIS, TimeUnit.MILLISECONDS);
    }
}
