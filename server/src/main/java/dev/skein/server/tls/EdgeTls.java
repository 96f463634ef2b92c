package dev.skein.server.tls;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import dev.skein.core.tls.CredentialsException;
import dev.skein.core.tls.ReloadingCredentials;
import dev.skein.server.config.EdgeConfig;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * TLS 1.3 for the port of browsers and phones: with a certificate that they believe, which names hosts and no node, and may change while the node runs.
 * Nobody there is asked for a certificate. Thread-safe.
 */
public final class EdgeTls implements AutoCloseable {

    private final SslContext context;
    private final CredentialWatch watch;
    private final Meter refused;

    private EdgeTls(SslContext context, CredentialWatch watch, Meter refused) {
        this.context = context;
        this.watch = watch;
        this.refused = refused;
    }

    /**
     * Reads the files and begins to watch them.
     *
     * @throws CredentialsException when they can't be used
     */
    public static EdgeTls start(EdgeConfig.Tls config, TimeSource time, MetricRegistry metrics)
            throws CredentialsException {
        ReloadingCredentials credentials = check(config, time);
        metrics.registerGauge("edge.certificate.seconds_left", () -> Duration.between(
                        Instant.ofEpochMilli(time.wallMillis()), credentials.expires())
                .toSeconds());
        return new EdgeTls(
                context(credentials),
                new CredentialWatch(credentials, "edge", config.reload(), time),
                metrics.meter("edge.handshakesRefused"));
    }

    /**
     * Reads the files once.
     *
     * @throws CredentialsException when they can't be used
     */
    public static ReloadingCredentials check(EdgeConfig.Tls config, TimeSource time) throws CredentialsException {
        return ReloadingCredentials.read(
                "node.edge.tls.", config.files(), null, Instant.ofEpochMilli(time.wallMillis()));
    }

    /** What stands first in a connection's pipeline. */
    public ChannelHandler handler(SocketChannel connection) {
        SslHandler handler = context.newHandler(connection.alloc());
        handler.setHandshakeTimeout(TlsTransport.HANDSHAKE_SECONDS_MAX, TimeUnit.SECONDS);
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                refused.mark();
            }
        });
        return handler;
    }

    @Override
    public void close() {
        watch.close();
    }

    private static SslContext context(ReloadingCredentials credentials) {
        try {
            return SslContextBuilder.forServer(credentials.keyManager())
                    .sslProvider(SslProvider.JDK)
                    .protocols(TlsTransport.VERSION)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_1_1))
                    .build();
        } catch (SSLException impossible) {
            throw new IllegalStateException(
                    "every Java platform that Skein runs on has " + TlsTransport.VERSION, impossible);
        }
    }
}
