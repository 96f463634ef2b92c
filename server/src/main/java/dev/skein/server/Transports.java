package dev.skein.server;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import dev.skein.core.tls.CredentialsException;
import dev.skein.core.tls.PeerIdentity;
import dev.skein.server.config.NodeEntry;
import dev.skein.server.config.SkeinConfig;
import dev.skein.server.config.TransportConfig;
import dev.skein.server.tls.NodeTransport;
import dev.skein.server.tls.PeerMembership;
import dev.skein.server.tls.PeerRules;
import dev.skein.server.tls.PlaintextTransport;
import dev.skein.server.tls.TlsTransport;

/** Makes the configured transport. */
final class Transports {

    private Transports() {}

    /** @throws StartException when the certificates can't be used */
    static NodeTransport start(
            SkeinConfig config, PeerMembership members, TimeSource time, MetricRegistry metrics) {
        if (!(config.node().transport() instanceof TransportConfig.Tls tls)) {
            return new PlaintextTransport();
        }
        NodeEntry self = config.node().self();
        String cluster = config.cluster().name();
        PeerIdentity identity = PeerIdentity.node(cluster, self.region(), self.id().value());
        try {
            PeerRules rules = new PeerRules(cluster, config.cluster().regions(), members);
            return TlsTransport.start(tls, identity, rules, time, metrics);
        } catch (CredentialsException unusable) {
            throw new StartException(ExitCode.BAD_CONFIGURATION, unusable.getMessage(), unusable);
        }
    }
}
