package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkeinServerMainTest {

    private static final String GOOD =
            """
            cluster:
              name: demo
              regions: [us]
              nodes:
                - {id: us-a, region: us, zone: a, peer: "127.0.0.1:7101", client: "127.0.0.1:7201"}
              namespaces: []
            node:
              id: us-a
              transport: plaintext
              dataDirectory: data/us-a
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void saysThatAConfigurationIsGood() throws IOException {
        assertEquals(0, run("--config", file(GOOD), "--check-config"));

        assertTrue(out.toString().contains(": good; cluster demo with hash "), out::toString);
    }

    @Test
    void printsAConfigurationWithItsDefaults() throws IOException {
        assertEquals(0, run("--config", file(GOOD), "--print-config"));

        assertTrue(out.toString().contains("  snapshotEntries: 50000\n"), out::toString);
    }

    @Test
    void tellsEveryProblemOnALineOfItsOwnAndEndsWithTwo() throws IOException {
        String bad = GOOD.replace("demo", "Demo").replace("dataDirectory", "dir");

        assertEquals(2, run("--config", file(bad)));

        assertEquals(3, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().startsWith("cluster.name: Demo (expected: "), err::toString);
    }

    @Test
    void checksTheCertificatesToo() throws IOException {
        Path absent = directory.resolve("absent.pem");
        String tls = GOOD.replace(
                "transport: plaintext",
                "tls: {certificate: \"" + absent + "\", key: \"" + absent + "\", trust: \"" + absent + "\"}");

        assertEquals(2, run("--config", file(tls), "--check-config"));

        assertEquals(
                "node.tls.certificate: " + absent + " (expected: a file that can be read)",
                err.toString().strip());
    }

    @Test
    void aNodeThatIsNotToldHowToProtectItsConnectionsDoesNotStart() throws IOException {
        assertEquals(2, run("--config", file(GOOD.replace("  transport: plaintext\n", ""))));

        assertTrue(err.toString().startsWith("node.tls: missing (expected: certificate, key and trust"), err::toString);
        assertTrue(err.toString().contains("node.transport: plaintext, if all nodes are on loopback"), err::toString);
    }

    @Test
    void aBadCommandLineEndsWithTwo() {
        assertEquals(2, run("--konfig", "x"));
        assertEquals(2, run());
        assertEquals(2, run("--config", directory.resolve("absent").toString()));
    }

    @Test
    void helpNamesTheExitStatuses() {
        assertEquals(0, run("--help"));

        assertTrue(out.toString().contains("a port is in use"), out::toString);
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("node.yaml"), text).toString();
    }

    private int run(String... args) {
        return SkeinServerMain.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
    }
}
