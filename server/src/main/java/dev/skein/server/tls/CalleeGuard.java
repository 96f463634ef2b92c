package dev.skein.server.tls;

import dev.skein.core.tls.PeerIdentity;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.Optional;
import java.util.function.Consumer;

/** The caller's counterpart of {@link PeerGuard}: whatever a node that was called says of itself must be what its certificate says. */
final class CalleeGuard implements ClientInterceptor {

    private final Consumer<String> refused;

    CalleeGuard(Consumer<String> refused) {
        this.refused = refused;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        ClientCall<Q, A> call = next.newCall(method, options);
        Optional<PeerRpc> rpc = PeerRpcs.of(method);
        if (rpc.isEmpty() || rpc.get().responses() == PeerRpc.Says.NOTHING) {
            return call;
        }
        return new SimpleForwardingClientCall<>(call) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                super.start(new ClaimListener<>(this, listener, rpc.get()), headers);
            }
        };
    }

    private final class ClaimListener<A> extends SimpleForwardingClientCallListener<A> {

        private final ClientCall<?, A> call;
        private final PeerRpc rpc;
        private boolean over;

        ClaimListener(ClientCall<?, A> call, ClientCall.Listener<A> caller, PeerRpc rpc) {
            super(caller);
            this.call = call;
            this.rpc = rpc;
        }

        @Override
        public void onMessage(A message) {
            Optional<String> lie = over ? Optional.empty() : lie(message);
            if (lie.isPresent()) {
                over = true;
                refused.accept(lie.get());
                call.cancel(lie.get(), Errors.toStatus(Errors.of(Reason.REASON_IDENTITY_REFUSED, lie.get())));
            } else if (!over) {
                super.onMessage(message);
            }
        }

        private Optional<String> lie(A message) {
            Optional<PeerIdentity> peer = PeerGuard.peer(call.getAttributes());
            return rpc.responses().in(message).stream()
                    .flatMap(claim ->
                            peer
                                    .map(claim::problem)
                                    .orElse(Optional.of("certificate: none (expected: a node's)"))
                                    .stream())
                    .findFirst();
        }
    }
}
