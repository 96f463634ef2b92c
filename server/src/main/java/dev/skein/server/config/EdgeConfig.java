package dev.skein.server.config;

import dev.skein.core.tls.CredentialFiles;
import dev.skein.core.tls.Loopback;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The gateway for browsers and phones. On an address that isn't loopback its port is encrypted, or stands behind a proxy that encrypts.
 *
 * @param listen where it listens, host:port
 * @param origins web pages that may connect, {@code *} standing for any characters; clients that are no browsers aren't asked
 * @param tls empty: the port isn't encrypted
 */
public record EdgeConfig(String listen, List<String> origins, Optional<Tls> tls) {

    private static final Pattern ORIGIN = Pattern.compile("\\*|[a-z]+://[^/\\s]+", Pattern.CASE_INSENSITIVE);

    /**
     * TLS 1.3.
     *
     * @param files the certificate that clients see, and its key; nobody's certificates are asked for
     * @param reload how often the files are looked at
     */
    public record Tls(CredentialFiles files, Duration reload) {

        private static Tls read(Section section) {
            Tls tls = new Tls(
                    new CredentialFiles(file(section, "certificate"), file(section, "key"), null),
                    section.duration(
                            "reload", TransportConfig.RELOAD_DEFAULT, Duration.ofMillis(100), Duration.ofDays(1)));
            section.refuseUnknownKeys();
            return tls;
        }

        private static Path file(Section section, String key) {
            String text = section.text(key, NodeConfig::isPath, "a PEM file");
            return Path.of(text).toAbsolutePath().normalize();
        }
    }

    static Optional<EdgeConfig> read(Section node) {
        return node.optionalSection("edge").map(EdgeConfig::readPresent);
    }

    private static EdgeConfig readPresent(Section section) {
        Optional<Tls> tls = section.optionalSection("tls").map(Tls::read);
        Transport transport =
                section.word("transport", Transport.class, tls.isPresent() ? Transport.TLS : Transport.PLAINTEXT);
        if (tls.isPresent() != (transport == Transport.TLS)) {
            section.problems()
                    .add(
                            section.name("tls"),
                            tls.isPresent() ? "present" : "missing",
                            tls.isPresent()
                                    ? "missing, because " + section.name("transport") + " is "
                                            + transport.name().toLowerCase(Locale.ROOT)
                                    : "certificate and key, PEM files");
        }
        boolean anywhere = transport != Transport.PLAINTEXT;
        EdgeConfig edge = new EdgeConfig(
                section.text(
                        "listen",
                        text -> Address.isValid(text) && (anywhere || Loopback.isLoopback(Address.host(text))),
                        Address.EXPECTED + " on loopback; elsewhere with node.edge.tls, or with node.edge.transport:"
                                + " proxied behind a proxy that encrypts"),
                section.texts("origins", ORIGIN, "an origin such as https://chat.example.com, or *"),
                tls);
        section.refuseUnknownKeys();
        return edge;
    }

    /** Whether others than processes of this machine may reach the port. */
    public boolean isReachable() {
        return !Loopback.isLoopback(Address.host(listen));
    }

    /** How connections are protected: {@code tls}, {@code plaintext} or {@code proxied}. */
    String transport() {
        Transport transport = tls.isPresent() ? Transport.TLS : isReachable() ? Transport.PROXIED : Transport.PLAINTEXT;
        return transport.name().toLowerCase(Locale.ROOT);
    }

    /** How connections are protected. */
    private enum Transport {
        TLS,
        /** Not at all. */
        PLAINTEXT,
        /** By a proxy before the port. */
        PROXIED
    }
}
