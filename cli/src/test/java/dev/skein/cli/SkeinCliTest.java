package dev.skein.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SkeinCliTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void explainsItselfWithoutACommand() {
        assertEquals(2, run());
        assertTrue(err.toString().contains("COMMAND: none given"), err::toString);
        assertTrue(err.toString().contains("replay"), err::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish",
                "subscribe",
                "history",
                "namespaces",
                "keys",
                "status",
                "routes",
                "drain",
                "transfer",
                "dump",
                "replay",
                "certificates"
            })
    void everyCommandHasHelp(String command) {
        assertEquals(0, run(command, "--help"));
        assertTrue(out.toString().contains("Usage: skein " + command), out::toString);
    }

    @Test
    void namesABadShard() {
        assertEquals(2, run("transfer", "default-3", "us-a"));
        assertEquals(
                "skein: shard: default-3 (expected: namespace/number)",
                err.toString().strip());
    }

    @Test
    void namesABadPermissionBeforeItConnects() {
        for (String bad : List.of("publish", "=chat:*", "write=chat:*", "publish;subscribe=chat:*")) {
            assertEquals(2, run("keys", "create", "--allow", bad));
            assertTrue(err.toString().contains("--allow: " + bad + " (expected: permissions=channels"), err::toString);
        }
        assertEquals(2, run("keys", "create", "--allow", "publish=chat:*", "--streams", "-1"));
        assertTrue(err.toString().contains("--streams: -1 (expected: 0 or more)"), err::toString);
    }

    @Test
    void namesABadOptionOfTheEdgeBeforeItConnects() {
        assertEquals(2, run("namespaces", "alter", "chat", "--edge-publish", "EVERYBODY"));
        assertTrue(err.toString().contains("--edge-publish"), err::toString);
        assertTrue(err.toString().contains("SUBSCRIBED_USERS"), err::toString);
        assertEquals(2, run("namespaces", "create", "chat", "--edge-user-limited"));
    }

    @Test
    void tokensAreRevokedBySubjectOrByIdAndNotByBoth() {
        assertEquals(2, run("keys", "revoke-tokens"));
        assertEquals(2, run("keys", "revoke-tokens", "--subject", "a", "--id", "b"));
        assertTrue(err.toString().contains("(expected: one of them)"), err::toString);
    }

    @Test
    void namesABadEndpoint() {
        assertEquals(2, run("status", "--endpoints", "nowhere"));
        assertEquals(
                "skein: endpoints: nowhere (expected: host:port)",
                err.toString().strip());
    }

    @Test
    void namesABadDuration() {
        assertEquals(2, run("publish", "room", "text", "--timeout", "soon"));
        assertTrue(err.toString().contains("--timeout: soon (expected: a duration like"), err::toString);
    }

    @Test
    void namesABadChannelBeforeItConnects() {
        assertEquals(2, run("publish", "Bad Namespace:room", "text"));
        assertTrue(err.toString().contains("namespace: \"Bad Namespace\" (expected:"), err::toString);
    }

    @Test
    void failsWithOneLineWhenNothingIsReachable() {
        assertEquals(1, run("routes", "--endpoints", "127.0.0.1:1", "--timeout", "300ms"));
        assertTrue(err.toString().startsWith("skein: UNAVAILABLE"), err::toString);
        assertEquals(1, err.toString().lines().count());
    }

    @Test
    void alignsTables() {
        List<String> lines = new Output.Table("NAME", "COUNT")
                .row("a", 5)
                .row("longer", 1234)
                .lines();
        assertEquals(List.of("NAME    COUNT", "a           5", "longer   1234"), lines);
    }

    private int run(String... arguments) {
        CommandLine commandLine =
                SkeinCli.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
