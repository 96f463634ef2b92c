package dev.skein.client;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a client's connections are protected: TLS 1.3. Each node must present a certificate that is trusted and names the host by
 * which the node was reached. The files are read when the client is built.
 *
 * @param trust PEM file with the authorities to believe; empty: those of the Java platform
 * @param certificate PEM file with the client's own certificate, if it has one
 * @param key PEM file with the certificate's private key: PKCS #8, not encrypted
 */
public record ClientTls(Optional<Path> trust, Optional<Path> certificate, Optional<Path> key) {

    public ClientTls {
        Args.check(
                certificate.isPresent() == key.isPresent(),
                "tls.key",
                key.map(Path::toString).orElse("none"),
                "a key with a certificate, none without");
    }

    /** Believes the authorities that the Java platform believes. */
    public static ClientTls systemTrust() {
        return new ClientTls(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Believes the authorities in a PEM file, and no others. */
    public static ClientTls trusting(Path authorities) {
        return new ClientTls(Optional.of(authorities), Optional.empty(), Optional.empty());
    }

    /** The same with a certificate of the client's own, for clusters that ask for one. */
    public ClientTls withCertificate(Path certificate, Path key) {
        return new ClientTls(trust, Optional.of(certificate), Optional.of(key));
    }
}
