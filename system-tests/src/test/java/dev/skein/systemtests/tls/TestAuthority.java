package dev.skein.systemtests.tls;

import dev.skein.cli.certificates.CertificateAuthority;
import dev.skein.cli.certificates.CertificateRequest;
import dev.skein.cli.certificates.CertifiedKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Issues good certificates, and bad ones. */
final class TestAuthority {

    private static final Duration VALID = Duration.ofDays(1);
    private static final List<String> HOSTS = List.of("127.0.0.1");

    private final Instant now = Instant.now();
    private final CertificateAuthority authority =
            CertificateAuthority.create("test", now.minus(VALID), now.plus(VALID));

    /** The authority's own certificate, PEM. */
    String certificate() {
        return authority.certified().certificate();
    }

    CertifiedKey own() {
        return authority.certified();
    }

    /** A good certificate of a node. */
    CertifiedKey node(String cluster, String region, String node) {
        return server("skein://" + cluster + "/node/" + region + "/" + node);
    }

    /** A good certificate of a client. */
    CertifiedKey client(String cluster, String name) {
        return issue(List.of("skein://" + cluster + "/client/" + name), false, now.minus(VALID), now.plus(VALID));
    }

    /** A certificate for both ends of a connection, with any identities. */
    CertifiedKey server(String... uris) {
        return issue(List.of(uris), true, now.minus(VALID), now.plus(VALID));
    }

    CertifiedKey expired(String uri) {
        return issue(List.of(uri), true, now.minus(VALID), now.minus(Duration.ofMinutes(1)));
    }

    CertifiedKey notYetValid(String uri) {
        return issue(List.of(uri), true, now.plus(Duration.ofHours(1)), now.plus(VALID));
    }

    private CertifiedKey issue(List<String> uris, boolean server, Instant from, Instant until) {
        return authority.issue(new CertificateRequest("test", uris, HOSTS, server, from, until));
    }
}
