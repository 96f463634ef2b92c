package dev.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.server.config.AccessConfig.ConnectionQuota;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccessConfigTest {

    @Test
    void isOffUnlessAsked() {
        assertEquals(Optional.empty(), read("").node().access());
        assertEquals(
                Optional.of(new AccessConfig(Optional.empty(), Optional.empty(), ConnectionQuota.NONE)),
                read("  access: {}\n").node().access());
    }

    @Test
    void isReadAndPrintedWithTheSameMeaning() {
        SkeinConfig config = read("  access:\n    rootKey: /k\n    connectionMessagesPerSecond: 10\n"
                + "    connectionBytesPerSecond: 1MiB\n    connectionStreams: 3\n"
                + "    tokens: {jwks: /j, audience: a, issuer: i, lifetimeMax: 1h}\n");

        AccessConfig access = config.node().access().orElseThrow();
        assertEquals(new ConnectionQuota(10, 1 << 20, 3), access.connection());
        assertEquals(
                Optional.of(new AccessConfig.Tokens(Path.of("/j"), "a", Optional.of("i"), Duration.ofHours(1))),
                access.tokens());
        assertEquals(
                config.node(),
                SkeinConfig.parse(ConfigPrinter.print(config), "printed").node());
    }

    @Test
    void namesWhatIsWrong() {
        refused("node.access.rootkey: unknown key", "  access: {rootkey: /k}\n");
        refused("node.access.tokens.audience: missing", "  access: {tokens: {jwks: /j}}\n");
        refused(
                "node.access.tokens.lifetimeMax: 32d",
                "  access: {tokens: {jwks: /j, audience: a, lifetimeMax: 32d}}\n");
        refused("node.access: true (expected: a mapping)", "  access: true\n");
        refused("node.access.connectionStreams: -1", "  access: {connectionStreams: -1}\n");
    }

    private static void refused(String problem, String lines) {
        ConfigException refused = assertThrows(ConfigException.class, () -> read(lines));
        assertTrue(
                refused.problems().stream().anyMatch(each -> each.startsWith(problem)), () -> "" + refused.problems());
    }

    private static SkeinConfig read(String lines) {
        return SkeinConfig.parse(ConfigText.GOOD + lines, "test.yaml");
    }
}
