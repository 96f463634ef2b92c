package dev.skein.systemtests.tls;

import com.google.protobuf.MessageLite;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls any RPC as anybody, each over a connection of its own. */
final class Caller {

    private static final long DEADLINE_SECONDS = 10;

    /** What came of a call. */
    enum Outcome {
        /** Its message or its own error came back. */
        SERVED,
        /** The port has no such RPC. */
        UNKNOWN_RPC,
        /** The connection didn't come about. */
        NO_CONNECTION,
        /** The call was refused for who called. */
        REFUSED;

        boolean isDenied() {
            return this == NO_CONNECTION || this == REFUSED;
        }
    }

    private final String address;
    private final Credential credential;

    Caller(String address, Credential credential) {
        this.address = address;
        this.credential = credential;
    }

    /** Sends an empty message. */
    Outcome call(MethodDescriptor<?, ?> method) {
        return call(method, new byte[0]);
    }

    Outcome call(MethodDescriptor<?, ?> method, MessageLite message) {
        return call(method, message.toByteArray());
    }

    Outcome call(MethodDescriptor<?, ?> method, byte[] message) {
        ManagedChannel channel = connect();
        try {
            ClientCall<byte[], byte[]> call = channel.newCall(
                    method.toBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER).build(),
                    CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
            FirstAnswer answer = new FirstAnswer();
            call.start(answer, new Metadata());
            call.request(1);
            call.sendMessage(message);
            if (method.getType().clientSendsOneMessage()) {
                call.halfClose();
            }
            Outcome outcome = answer.outcome.join();
            call.cancel("enough", null);
            return outcome;
        } finally {
            channel.shutdownNow();
        }
    }

    private ManagedChannel connect() {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget("dns:///" + address)
                .proxyDetector(target -> null)
                .disableRetry();
        try {
            return credential.isPlaintext()
                    ? builder.usePlaintext().build()
                    : builder.sslContext(credential.clientContext()).build();
        } catch (IOException | GeneralSecurityException bad) {
            throw new IllegalStateException(credential.name(), bad);
        }
    }

    private static final class FirstAnswer extends ClientCall.Listener<byte[]> {

        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

        /** Headers come from a service, and from nobody else. */
        private boolean reached;

        @Override
        public void onHeaders(Metadata headers) {
            reached = true;
        }

        @Override
        public void onMessage(byte[] message) {
            outcome.complete(Outcome.SERVED);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            reached |= !trailers.keys().isEmpty();
            outcome.complete(of(status, trailers));
        }

        private Outcome of(Status status, Metadata trailers) {
            var error = Errors.fromThrowable(status.asRuntimeException(trailers));
            if (error != null) {
                return error.getReason() == Reason.REASON_IDENTITY_REFUSED ? Outcome.REFUSED : Outcome.SERVED;
            }
            return switch (status.getCode()) {
                case UNAVAILABLE -> reached ? Outcome.SERVED : Outcome.NO_CONNECTION;
                case UNIMPLEMENTED -> Outcome.UNKNOWN_RPC;
                default -> Outcome.SERVED;
            };
        }
    }

    private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
        MARSHALLER;

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
