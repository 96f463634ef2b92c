package dev.skein.client.internal.grpc;

import dev.skein.client.Credential;
import dev.skein.proto.client.v1.MessagingGrpc;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the application's credential on every call. The supplier, which may block, is asked on the callback executor: for each new
 * session, and by {@link #ask} before the last credential expires; the calls beside the session use the last one. Thread-safe.
 */
public final class SuppliedCredentials extends CallCredentials implements ClientInterceptor {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SESSION = MessagingGrpc.getSessionMethod().getFullMethodName();

    private final Supplier<Credential> supplier;
    private final Executor callbacks;
    private volatile @Nullable Credential last;

    public SuppliedCredentials(Supplier<Credential> supplier, Executor callbacks) {
        this.supplier = supplier;
        this.callbacks = callbacks;
    }

    /** A new credential, as the header has it; throws what the supplier throws. */
    public String ask() {
        Credential fresh = supplier.get();
        last = fresh;
        return header(fresh);
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return next.newCall(method, options.withCallCredentials(this));
    }

    @Override
    public void applyRequestMetadata(RequestInfo request, Executor unused, MetadataApplier applier) {
        Credential known = last;
        boolean session = request.getMethodDescriptor().getFullMethodName().equals(SESSION);
        if (known != null && !session) {
            applier.apply(headers(header(known)));
        } else {
            callbacks.execute(() -> askFor(applier));
        }
    }

    private void askFor(MetadataApplier applier) {
        try {
            applier.apply(headers(ask()));
        } catch (RuntimeException failed) {
            applier.fail(Status.UNAVAILABLE
                    .withDescription("the application's supplier of credentials failed")
                    .withCause(failed));
        }
    }

    private static Metadata headers(String authorization) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, authorization);
        return headers;
    }

    private static String header(Credential credential) {
        return credential.scheme() + " " + credential.secret();
    }
}
