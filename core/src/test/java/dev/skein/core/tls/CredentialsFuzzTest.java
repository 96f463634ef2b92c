package dev.skein.core.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** Certificates, keys and identities with any content. */
final class CredentialsFuzzTest {

    private static final Path FILE = Path.of("file.pem");

    @FuzzTest(maxDuration = "1m")
    void certificatesAndTheirKeys(byte[] pem) {
        try {
            List<X509Certificate> certificates = Pem.certificates("certificate", FILE, pem);
            assertFalse(certificates.isEmpty());
            PeerIdentity.of(certificates.get(0));
            Pem.key("key", FILE, pem, certificates.get(0));
        } catch (CredentialsException refused) {
            return;
        }
    }

    @FuzzTest(maxDuration = "1m")
    void identities(byte[] bytes) {
        String uri = new String(bytes, StandardCharsets.UTF_8);
        PeerIdentity.parse(uri).ifPresent(identity -> assertEquals(uri, identity.uri()));
    }
}
