package dev.skein.systemtests.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.cli.certificates.CertifiedKey;
import dev.skein.core.tls.CredentialFiles;
import dev.skein.core.tls.CredentialsException;
import dev.skein.core.tls.PeerIdentity;
import dev.skein.core.tls.ReloadingCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadingCredentialsTest {

    private static final PeerIdentity SELF = PeerIdentity.node("test", "us", "us-a");

    @TempDir
    private Path directory;

    private final TestAuthority authority = new TestAuthority();
    private CredentialFiles files;

    @BeforeEach
    void writeGoodFiles() throws IOException {
        files = new CredentialFiles(
                CertifiedKey.certificateFile(directory, "own"),
                CertifiedKey.keyFile(directory, "own"),
                directory.resolve("ca.pem"));
        Files.writeString(files.trust(), authority.certificate());
        authority.server(SELF.uri()).write(directory, "own");
    }

    @Test
    void newFilesAreTakenOnce() throws Exception {
        ReloadingCredentials credentials = read();
        assertFalse(credentials.reload(Instant.now()));

        authority.server(SELF.uri()).write(directory, "own");

        assertTrue(credentials.reload(Instant.now()));
        assertFalse(credentials.reload(Instant.now()));
    }

    @Test
    void halfReplacedFilesChangeNothing() throws Exception {
        ReloadingCredentials credentials = read();
        String before = presented(credentials);
        Files.writeString(files.certificate(), authority.server(SELF.uri()).certificate());

        CredentialsException refused =
                assertThrows(CredentialsException.class, () -> credentials.reload(Instant.now()));

        assertEquals(
                "node.tls.key: " + files.key() + " (expected: the key of " + files.certificate() + ")",
                refused.getMessage());
        assertEquals(before, presented(credentials));
    }

    @Test
    void aCertificateOfAnotherNodeIsRefused() throws Exception {
        authority.server("skein://test/node/eu/us-a").write(directory, "own");

        assertRefused("node.tls.certificate: skein://test/node/eu/us-a (expected: skein://test/node/us/us-a)");
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        authority.expired(SELF.uri()).write(directory, "own");

        assertRefused("node.tls.certificate: valid from ");
    }

    @Test
    void aCertificateThatOthersWouldNotBelieveIsRefused() throws Exception {
        Files.writeString(files.trust(), new TestAuthority().certificate());

        assertRefused("node.tls.certificate: not trusted by node.tls.trust: ");
    }

    @Test
    void aMissingFileAndOneThatIsNotPemAreNamed() throws Exception {
        Files.writeString(files.trust(), "nothing");
        assertRefused("node.tls.trust: " + files.trust() + " (expected: certificates in PEM)");
        Files.delete(files.key());
        assertRefused("node.tls.key: " + files.key() + " (expected: a file that can be read)");
    }

    private ReloadingCredentials read() throws CredentialsException {
        return ReloadingCredentials.read("node.tls.", files, SELF, Instant.now());
    }

    private static String presented(ReloadingCredentials credentials) {
        var keys = credentials.keyManager();
        String alias = keys.chooseEngineServerAlias("EC", null, null);
        return keys.getCertificateChain(alias)[0].getSerialNumber().toString();
    }

    private void assertRefused(String start) {
        CredentialsException refused = assertThrows(CredentialsException.class, this::read);
        assertTrue(refused.getMessage().startsWith(start), refused.getMessage());
    }
}
