package dev.skein.server.tls;

import dev.skein.core.tls.PeerIdentity;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import io.grpc.Attributes;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Stands before every service of the peer port: the caller must be a member still, not only when it connected, and whatever it
 * says of itself must be what its certificate says.
 */
final class PeerGuard implements ServerInterceptor {

    private final PeerRules rules;
    private final Consumer<String> refused;

    PeerGuard(PeerRules rules, Consumer<String> refused) {
        this.rules = rules;
        this.refused = refused;
    }

    /** Whom the other end's certificate names; empty without one. */
    static Optional<PeerIdentity> peer(Attributes connection) {
        SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        try {
            return session == null
                    ? Optional.empty()
                    : PeerIdentity.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<PeerIdentity> peer = peer(call.getAttributes());
        Optional<PeerRpc> rpc = PeerRpcs.of(call.getMethodDescriptor());
        Optional<String> problem = problem(peer, rpc);
        if (problem.isPresent()) {
            refuse(call, peer, problem.get());
            return new ServerCall.Listener<>() {};
        }
        return new ClaimListener<>(call, next.startCall(call, headers), peer.orElseThrow(), rpc.orElseThrow());
    }

    private Optional<String> problem(Optional<PeerIdentity> peer, Optional<PeerRpc> rpc) {
        if (peer.isEmpty()) {
            return Optional.of("certificate: none (expected: one of a node of this cluster)");
        }
        if (rpc.isEmpty()) {
            return Optional.of("RPC: unknown (expected: one of the peer port)");
        }
        return rules.problemAsNode(peer.get())
                .or(() -> rpc.get().open() || rules.isMember(peer.get())
                        ? Optional.empty()
                        : Optional.of("node: " + peer.get().name() + " (expected: a member of the cluster)"));
    }

    private void refuse(ServerCall<?, ?> call, Optional<PeerIdentity> peer, String problem) {
        refused.accept(peer.map(PeerIdentity::uri).orElse("a caller without certificate") + " calling "
                + call.getMethodDescriptor().getFullMethodName() + ": " + problem);
        StatusRuntimeException error = Errors.toStatus(Errors.of(Reason.REASON_IDENTITY_REFUSED, problem));
        Metadata trailers = Status.trailersFromThrowable(error);
        call.close(error.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    /** Lets messages through as long as they don't lie. */
    private final class ClaimListener<Q, A> extends ForwardingServerCallListener<Q> {

        private final ServerCall<Q, A> call;
        private final ServerCall.Listener<Q> service;
        private final PeerIdentity peer;
        private final PeerRpc rpc;
        /** The service has been told that the call is over; nothing more reaches it. */
        private boolean over;

        ClaimListener(ServerCall<Q, A> call, ServerCall.Listener<Q> service, PeerIdentity peer, PeerRpc rpc) {
            this.call = call;
            this.service = service;
            this.peer = peer;
            this.rpc = rpc;
        }

        @Override
        protected ServerCall.Listener<Q> delegate() {
            return over ? new ServerCall.Listener<>() {} : service;
        }

        @Override
        public void onMessage(Q message) {
            Optional<String> lie = over ? Optional.empty() : lie(message);
            if (lie.isPresent()) {
                service.onCancel();
                over = true;
                refuse(call, Optional.of(peer), lie.get());
            } else {
                super.onMessage(message);
            }
        }

        private Optional<String> lie(Q message) {
            return rpc.requests().in(message).stream()
                    .flatMap(claim -> claim.problem(peer).stream())
                    .findFirst();
        }
    }
}
