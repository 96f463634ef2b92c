package dev.skein.cli;

import dev.skein.client.Credential;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options about who is calling. A command line can be seen by others on the machine; the environment can't. */
final class CredentialOptions {

    @Option(
            names = "--api-key",
            paramLabel = "ID.SECRET",
            defaultValue = "${env:SKEIN_API_KEY:-}",
            description = "API key, for clusters that control access. Default: SKEIN_API_KEY, which is safer.")
    private String apiKey = "";

    @Option(
            names = "--token",
            paramLabel = "JWT",
            defaultValue = "${env:SKEIN_TOKEN:-}",
            description = "Signed token, in place of an API key. Default: SKEIN_TOKEN, which is safer.")
    private String token = "";

    Optional<Credential> credential() {
        if (!token.isEmpty()) {
            return Optional.of(Credential.token(token));
        }
        return apiKey.isEmpty() ? Optional.empty() : Optional.of(Credential.apiKey(apiKey));
    }
}
