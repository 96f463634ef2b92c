package dev.skein.server.tls;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import dev.skein.core.tls.CredentialsException;
import dev.skein.core.tls.PeerIdentity;
import dev.skein.core.tls.PeerTrust.Rule;
import dev.skein.core.tls.ReloadingCredentials;
import dev.skein.server.config.TransportConfig;
import dev.skein.server.config.TransportConfig.ClientCertificates;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** TLS 1.3 by the JDK's own provider, with certificates that may change while the node runs. */
public final class TlsTransport implements NodeTransport {

    static final String VERSION = "TLSv1.3";

    /** Whoever hasn't finished his handshake by then holds a connection for nothing. */
    static final long HANDSHAKE_SECONDS_MAX = 10;

    private final SslContext peerPort;
    private final SslContext clientPort;
    private final SslContext connections;
    private final PeerGuard guard;
    private final CalleeGuard calleeGuard;
    private final CredentialWatch watch;

    /**
     * Reads the files and begins to watch them.
     *
     * @throws CredentialsException when they can't be used
     */
    public static TlsTransport start(
            TransportConfig.Tls config, PeerIdentity self, PeerRules rules, TimeSource time, MetricRegistry metrics)
            throws CredentialsException {
        ReloadingCredentials credentials = check(config, self, time);
        metrics.registerGauge("tls.certificate.seconds_left", () -> Duration.between(
                        Instant.ofEpochMilli(time.wallMillis()), credentials.expires())
                .toSeconds());
        CredentialWatch watch = new CredentialWatch(credentials, self.name(), config.reload(), time);
        return new TlsTransport(config, credentials, rules, watch, new RefusalLog(time, metrics));
    }

    /**
     * Reads the files once.
     *
     * @throws CredentialsException when they can't be used
     */
    public static ReloadingCredentials check(TransportConfig.Tls config, PeerIdentity self, TimeSource time)
            throws CredentialsException {
        return ReloadingCredentials.read("node.tls.", config.files(), self, Instant.ofEpochMilli(time.wallMillis()));
    }

    private TlsTransport(
            TransportConfig.Tls config,
            ReloadingCredentials credentials,
            PeerRules rules,
            CredentialWatch watch,
            Consumer<String> refused) {
        Rule asNode = (peer, engine) -> refuseIf(rules.problemAsNode(peer));
        Rule asClient = (peer, engine) -> refuseIf(rules.problemAsClient(peer));
        Rule asCalled = (peer, engine) -> refuseIf(rules.problemAt(addressOf(engine), peer));
        ClientAuth clientAuth =
                config.clientCertificates() == ClientCertificates.REQUIRED ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL;
        peerPort = server(credentials, new ResumableTrust(credentials, asNode, refused), ClientAuth.REQUIRE);
        clientPort = server(credentials, new ResumableTrust(credentials, asClient, refused), clientAuth);
        connections = context(SslContextBuilder.forClient()
                .keyManager(credentials.keyManager())
                .trustManager(new ResumableTrust(credentials, asCalled, refused)));
        guard = new PeerGuard(rules, refused);
        calleeGuard = new CalleeGuard(refused);
        this.watch = watch;
    }

    @Override
    public void protectPeerPort(NettyServerBuilder port) {
        port.sslContext(peerPort).handshakeTimeout(HANDSHAKE_SECONDS_MAX, TimeUnit.SECONDS);
    }

    @Override
    public void protectClientPort(NettyServerBuilder port) {
        port.sslContext(clientPort).handshakeTimeout(HANDSHAKE_SECONDS_MAX, TimeUnit.SECONDS);
    }

    @Override
    public void protect(NettyChannelBuilder connection) {
        connection.sslContext(connections).intercept(calleeGuard);
    }

    @Override
    public List<ServerServiceDefinition> guarded(List<ServerServiceDefinition> services) {
        return services.stream()
                .map(service -> ServerInterceptors.intercept(service, guard))
                .toList();
    }

    @Override
    public void close() {
        watch.close();
    }

    private static SslContext server(ReloadingCredentials credentials, ResumableTrust trust, ClientAuth clientAuth) {
        return context(SslContextBuilder.forServer(credentials.keyManager())
                .trustManager(trust)
                .clientAuth(clientAuth));
    }

    private static SslContext context(SslContextBuilder builder) {
        try {
            return GrpcSslContexts.configure(builder, SslProvider.JDK)
                    .protocols(VERSION)
                    .build();
        } catch (SSLException impossible) {
            throw new IllegalStateException("every Java platform that Skein runs on has " + VERSION, impossible);
        }
    }

    private static String addressOf(SSLEngine engine) {
        return engine.getPeerHost() + ":" + engine.getPeerPort();
    }

    private static void refuseIf(Optional<String> problem) throws CertificateException {
        if (problem.isPresent()) {
            throw new CertificateException(problem.get());
        }
    }
}
