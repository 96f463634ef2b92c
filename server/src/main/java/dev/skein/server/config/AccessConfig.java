package dev.skein.server.config;

import dev.skein.core.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Who may use the client port. Without it everybody may do everything; with it whatever no credential allows is denied.
 *
 * @param rootKey file with one key that may do everything at this node, written {@code root.SECRET}
 * @param tokens which signed tokens are taken; empty: none
 * @param connection what one connection may have
 */
public record AccessConfig(Optional<Path> rootKey, Optional<Tokens> tokens, ConnectionQuota connection) {

    private static final Duration LIFETIME_DEFAULT = Duration.ofHours(24);
    private static final long RATE_MAX = 1_000_000_000;

    /**
     * Which signed tokens are taken.
     *
     * @param jwks file with the keys that verify them; read again when it changes
     * @param audience what their {@code aud} must hold
     * @param issuer what their {@code iss} must be; empty: not asked
     * @param lifetimeMax how long they may be valid from {@code iat} to {@code exp}
     */
    public record Tokens(Path jwks, String audience, Optional<String> issuer, Duration lifetimeMax) {}

    /**
     * What one connection may have. 0: without limit.
     *
     * @param messagesPerSecond messages published, and reads
     * @param bytesPerSecond bytes published
     * @param streams sessions at once
     */
    public record ConnectionQuota(long messagesPerSecond, long bytesPerSecond, int streams) {

        public static final ConnectionQuota NONE = new ConnectionQuota(0, 0, 0);
    }

    static Optional<AccessConfig> read(Section node) {
        return node.optionalSection("access").map(AccessConfig::readPresent);
    }

    private static AccessConfig readPresent(Section section) {
        AccessConfig access = new AccessConfig(
                section.optionalText("rootKey", NodeConfig::isPath, "a file").map(AccessConfig::path),
                section.optionalSection("tokens").map(AccessConfig::tokens),
                new ConnectionQuota(
                        section.number("connectionMessagesPerSecond", 0, 0, RATE_MAX),
                        section.size("connectionBytesPerSecond", 0, 0, 1L << 40),
                        (int) section.number("connectionStreams", 0, 0, Limits.SESSIONS_MAX)));
        section.refuseUnknownKeys();
        return access;
    }

    private static Tokens tokens(Section section) {
        Tokens tokens = new Tokens(
                path(section.text("jwks", NodeConfig::isPath, "a file with a JWK set")),
                section.text("audience", text -> !text.isBlank(), "what the tokens' aud holds"),
                section.optionalText("issuer", text -> !text.isBlank(), "what the tokens' iss is"),
                section.duration(
                        "lifetimeMax",
                        LIFETIME_DEFAULT,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(Limits.TOKEN_LIFETIME_MS_MAX)));
        section.refuseUnknownKeys();
        return tokens;
    }

    private static Path path(String text) {
        return Path.of(text).toAbsolutePath().normalize();
    }
}
