package dev.skein.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CertificatesCommandTest {

    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    @TempDir
    private Path directory;

    private final StringWriter err = new StringWriter();

    @Test
    void aNodesCertificateNamesItAndItsHosts() throws Exception {
        assertEquals(0, run("--node", "us/us-a=10.0.1.1,us-a.example"));

        X509Certificate node = certificate("us-a");
        node.verify(certificate("ca").getPublicKey());
        assertEquals(
                List.of("skein://demo/node/us/us-a", "10.0.1.1", "us-a.example"),
                node.getSubjectAlternativeNames().stream()
                        .map(name -> name.get(1).toString())
                        .collect(Collectors.toList()));
        assertEquals(List.of(SERVER_AUTH, CLIENT_AUTH), node.getExtendedKeyUsage());
        assertEquals(-1, node.getBasicConstraints());
        node.checkValidity();
    }

    @Test
    void theAuthorityMaySignAndNothingElse() throws Exception {
        assertEquals(0, run());

        X509Certificate authority = certificate("ca");
        authority.verify(authority.getPublicKey());
        assertTrue(authority.getBasicConstraints() >= 0);
        assertTrue(authority.getKeyUsage()[5]);
        assertTrue(!authority.getKeyUsage()[0]);
    }

    @Test
    void aClientsCertificateServesNobody() throws Exception {
        assertEquals(0, run("--client", "alice"));

        assertEquals(List.of(CLIENT_AUTH), certificate("alice").getExtendedKeyUsage());
    }

    @Test
    void theAuthorityStaysAndCertificatesAreMadeAnew() throws Exception {
        assertEquals(0, run("--node", "us/us-a"));
        X509Certificate authority = certificate("ca");
        X509Certificate node = certificate("us-a");

        assertEquals(0, run("--node", "us/us-a"));

        assertEquals(authority, certificate("ca"));
        assertNotEquals(node, certificate("us-a"));
        certificate("us-a").verify(authority.getPublicKey());
    }

    @Test
    void onlyTheOwnerReadsKeys() throws Exception {
        assertEquals(0, run("--node", "us/us-a"));

        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("us-a-key.pem"))));
    }

    @Test
    void namesAMalformedNode() {
        assertEquals(2, run("--node", "us-a"));
        assertEquals(
                "skein: --node: us-a (expected: REGION/ID or REGION/ID=HOST,...)",
                err.toString().strip());
    }

    private int run(String... more) {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(
                new String[] {"certificates", "--cluster", "demo", "--directory", directory.toString()},
                0,
                arguments,
                0,
                5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        CommandLine line = SkeinCli.commandLine();
        return line.setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private X509Certificate certificate(String name) throws Exception {
        try (var in = Files.newInputStream(directory.resolve(name + ".pem"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException missing) {
            throw new AssertionError(name, missing);
        }
    }
}
