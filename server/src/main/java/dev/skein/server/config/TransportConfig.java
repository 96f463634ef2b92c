package dev.skein.server.config;

import dev.skein.core.Checks;
import dev.skein.core.tls.CredentialFiles;
import dev.skein.core.tls.Loopback;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How a node's connections are protected. There is no default: a node that isn't told doesn't start. */
public sealed interface TransportConfig {

    /** Not at all, which is allowed between processes of one machine only. */
    record Plaintext() implements TransportConfig {}

    /**
     * TLS 1.3; between nodes with certificates on both ends.
     *
     * @param files this node's certificate and key, and whose certificates it believes
     * @param clientCertificates what the client port asks of clients
     * @param reload how often the files are looked at
     */
    record Tls(CredentialFiles files, ClientCertificates clientCertificates, Duration reload)
            implements TransportConfig {}

    /** What the client port asks of clients. */
    enum ClientCertificates {
        /** A client may have none; one that it has must be good. */
        OPTIONAL,
        /** A client must have a good one. */
        REQUIRED
    }

    /** Values of the option {@code node.transport}. */
    enum Kind {
        TLS,
        PLAINTEXT
    }

    Duration RELOAD_DEFAULT = Duration.ofSeconds(10);

    /** What a node whose configuration doesn't say gets told. */
    String MISSING = "certificate, key and trust, PEM files that scripts/certificates can make;"
            + " or node.transport: plaintext, if all nodes are on loopback addresses";

    /**
     * Reads {@code transport} and {@code tls} of the node part.
     *
     * @param self this node's addresses
     * @param cluster the other nodes' addresses
     */
    static TransportConfig read(Section node, NodeEntry self, ClusterConfig cluster) {
        boolean plaintext = node.word("transport", Kind.class, Kind.TLS) == Kind.PLAINTEXT;
        Optional<Section> tls = node.optionalSection("tls");
        if (plaintext) {
            refuseOffLoopback(node, self, cluster);
            tls.ifPresent(present ->
                    node.problems().add(node.name("tls"), "present", "missing, because node.transport is plaintext"));
            return new Plaintext();
        }
        if (tls.isEmpty()) {
            node.problems().add(node.name("tls"), "missing", MISSING);
            return new Plaintext();
        }
        return tls(tls.get());
    }

    private static Tls tls(Section section) {
        Tls tls = new Tls(
                new CredentialFiles(file(section, "certificate"), file(section, "key"), file(section, "trust")),
                section.word("clientCertificates", ClientCertificates.class, ClientCertificates.OPTIONAL),
                section.duration("reload", RELOAD_DEFAULT, Duration.ofMillis(100), Duration.ofDays(1)));
        section.refuseUnknownKeys();
        return tls;
    }

    private static Path file(Section section, String key) {
        String text = section.text(key, NodeConfig::isPath, "a PEM file");
        return Path.of(text).toAbsolutePath().normalize();
    }

    private static void refuseOffLoopback(Section node, NodeEntry self, ClusterConfig cluster) {
        Stream.concat(Stream.of(self), cluster.nodes().stream())
                .flatMap(entry -> Stream.of(entry.peer(), entry.client()))
                .filter(address -> !address.isEmpty() && !Loopback.isLoopback(Address.host(address)))
                .findFirst()
                .ifPresent(address -> node.problems()
                        .add(Checks.text(
                                node.name("transport"),
                                Kind.PLAINTEXT.name().toLowerCase(Locale.ROOT),
                                "tls with node.tls, because " + address + " is not a loopback address")));
    }
}
