package dev.skein.server;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import dev.skein.core.tls.CredentialsException;
import dev.skein.core.tls.PeerIdentity;
import dev.skein.server.config.EdgeConfig;
import dev.skein.server.config.NodeEntry;
import dev.skein.server.config.SkeinConfig;
import dev.skein.server.config.TransportConfig;
import dev.skein.server.tls.EdgeTls;
import dev.skein.server.tls.NodeTransport;
import dev.skein.server.tls.PeerMembership;
import dev.skein.server.tls.PeerRules;
import dev.skein.server.tls.PlaintextTransport;
import dev.skein.server.tls.TlsTransport;
import java.util.Optional;

/** Makes the configured transport. */
final class Transports {

    private Transports() {}

    /** @throws StartException when the certificates can't be used */
    static NodeTransport start(SkeinConfig config, PeerMembership members, TimeSource time, MetricRegistry metrics) {
        if (!(config.node().transport() instanceof TransportConfig.Tls tls)) {
            return new PlaintextTransport();
        }
        try {
            PeerRules rules =
                    new PeerRules(config.cluster().name(), config.cluster().regions(), members);
            return TlsTransport.start(tls, identity(config), rules, time, metrics);
        } catch (CredentialsException unusable) {
            throw new StartException(ExitCode.BAD_CONFIGURATION, unusable.getMessage(), unusable);
        }
    }

    /** @throws CredentialsException when the node couldn't start with the certificates that are there now */
    static void check(SkeinConfig config) throws CredentialsException {
        if (config.node().transport() instanceof TransportConfig.Tls tls) {
            TlsTransport.check(tls, identity(config), TimeSource.system());
        }
        Optional<EdgeConfig.Tls> edge = config.node().edge().flatMap(EdgeConfig::tls);
        if (edge.isPresent()) {
            EdgeTls.check(edge.get(), TimeSource.system());
        }
    }

    private static PeerIdentity identity(SkeinConfig config) {
        NodeEntry self = config.node().self();
        return PeerIdentity.node(
                config.cluster().name(), self.region(), self.id().value());
    }
}
