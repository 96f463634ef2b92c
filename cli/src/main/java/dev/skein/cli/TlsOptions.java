package dev.skein.cli;

import dev.skein.client.ClientTls;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options about the protection of connections. */
final class TlsOptions {

    @Option(names = "--tls", description = "Use TLS, and believe the authorities that Java believes.")
    private boolean systemTrust;

    @Option(
            names = "--tls-trust",
            paramLabel = "FILE",
            defaultValue = "${env:SKEIN_TLS_TRUST:-}",
            description = "Use TLS, and believe the authorities in this PEM file. Default: SKEIN_TLS_TRUST.")
    private String trust = "";

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            defaultValue = "${env:SKEIN_TLS_CERTIFICATE:-}",
            description = "This client's own certificate, PEM. Default: SKEIN_TLS_CERTIFICATE.")
    private String certificate = "";

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            defaultValue = "${env:SKEIN_TLS_KEY:-}",
            description = "The certificate's private key, PEM. Default: SKEIN_TLS_KEY.")
    private String key = "";

    /** Empty: plain text. */
    Optional<ClientTls> settings() {
        boolean wanted = systemTrust || !trust.isBlank() || !certificate.isBlank() || !key.isBlank();
        return wanted ? Optional.of(new ClientTls(file(trust), file(certificate), file(key))) : Optional.empty();
    }

    private static Optional<Path> file(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
    }
}
