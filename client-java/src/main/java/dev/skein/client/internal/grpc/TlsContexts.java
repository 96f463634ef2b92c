package dev.skein.client.internal.grpc;

import dev.skein.client.ClientTls;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/** What connections are protected with. */
final class TlsContexts {

    private TlsContexts() {}

    /** @throws IllegalArgumentException when a file can't be used */
    static SslContext of(ClientTls tls) {
        SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                .protocols("TLSv1.3");
        tls.trust().ifPresent(trust -> with("tls.trust", trust, () -> builder.trustManager(trust.toFile())));
        tls.certificate()
                .ifPresent(certificate -> with(
                        "tls.certificate",
                        certificate,
                        () -> builder.keyManager(
                                certificate.toFile(), tls.key().orElseThrow().toFile())));
        try {
            return builder.build();
        } catch (SSLException unusable) {
            throw new IllegalArgumentException("tls: " + tls + " (expected: certificates that TLS can use)", unusable);
        }
    }

    private static void with(String name, Path file, Runnable read) {
        try {
            if (Files.isReadable(file)) {
                read.run();
                return;
            }
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(name + ": " + file + " (expected: PEM)", malformed);
        }
        throw new IllegalArgumentException(name + ": " + file + " (expected: a PEM file that can be read)");
    }
}
