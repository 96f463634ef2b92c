package dev.skein.core.tls;

import dev.skein.core.Checks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM files. */
final class Pem {

    /** Far more than a chain or a bundle of authorities needs; keeps a wrong path from being read into memory. */
    private static final long FILE_BYTES_MAX = 1 << 20;

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private Pem() {}

    /** A file's bytes; the name is that of the option that gave the path. */
    static byte[] read(String name, Path file) throws CredentialsException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new CredentialsException(Checks.text(name, file, "a file of at most 1 MiB"));
            }
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new CredentialsException(Checks.text(name, file, "a file that can be read"), unreadable);
        }
    }

    static List<X509Certificate> certificates(String name, Path file, byte[] pem) throws CredentialsException {
        try {
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (CertificateException malformed) {
            throw new CredentialsException(Checks.text(name, file, "certificates in PEM"), malformed);
        }
        throw new CredentialsException(Checks.text(name, file, "certificates in PEM"));
    }

    /** A private key for a certificate, whose algorithm is the key's. */
    static PrivateKey key(String name, Path file, byte[] pem, X509Certificate certificate) throws CredentialsException {
        Matcher key = KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        String expected = "a private key in PEM: PKCS #8, not encrypted, of the certificate's kind";
        if (!key.find()) {
            throw new CredentialsException(Checks.text(name, file, expected));
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(key.group(1));
            return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            throw new CredentialsException(Checks.text(name, file, expected), malformed);
        }
    }
}
