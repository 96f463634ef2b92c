package dev.skein.cli.certificates;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Signs certificates for trying things out: EC keys on P-256, ECDSA with SHA-256. */
public final class CertificateAuthority {

    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String KEY_IDENTIFIER = "2.5.29.14";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    /** Bits of a key's usage, the first one the highest. */
    private static final int DIGITAL_SIGNATURE = 0b1000_0000;

    private static final int SIGN_CERTIFICATES = 0b0000_0100;

    private static final int DNS_NAME = 2;
    private static final int URI = 6;
    private static final int IP_ADDRESS = 7;

    private final PrivateKey key;
    private final byte[] name;
    private final CertifiedKey certified;

    private CertificateAuthority(PrivateKey key, byte[] name, CertifiedKey certified) {
        this.key = key;
        this.name = name;
        this.certified = certified;
    }

    /** A new authority. */
    public static CertificateAuthority create(String name, Instant from, Instant until) {
        try {
            KeyPair pair = keyPair();
            byte[] dn = distinguishedName(name);
            List<byte[]> extensions = List.of(
                    extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.yes())),
                    extension(KEY_USAGE, true, Der.flags(SIGN_CERTIFICATES)),
                    extension(KEY_IDENTIFIER, false, Der.octets(identifier(pair.getPublic()))));
            byte[] certificate = signed(pair.getPrivate(), dn, dn, pair.getPublic(), from, until, extensions);
            return new CertificateAuthority(
                    pair.getPrivate(),
                    dn,
                    CertifiedKey.of(certificate, pair.getPrivate().getEncoded()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has EC on P-256", impossible);
        }
    }

    /** One that was written before. */
    public static CertificateAuthority read(Path directory, String name) throws IOException {
        String certificate = Files.readString(CertifiedKey.certificateFile(directory, name));
        String keyText = Files.readString(CertifiedKey.keyFile(directory, name));
        try {
            X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII)));
            byte[] encoded = Base64.getMimeDecoder().decode(keyText.replaceAll("-----[A-Z ]+-----", ""));
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new CertificateAuthority(
                    key, read.getSubjectX500Principal().getEncoded(), new CertifiedKey(certificate, keyText));
        } catch (GeneralSecurityException | IllegalArgumentException damaged) {
            throw new IOException(directory + ": not an authority that this command made", damaged);
        }
    }

    /** The authority's own certificate, to be trusted, and its key, to be kept. */
    public CertifiedKey certified() {
        return certified;
    }

    /** A new key with a certificate of this authority. */
    public CertifiedKey issue(CertificateRequest request) {
        try {
            KeyPair pair = keyPair();
            byte[] certificate = signed(
                    key,
                    name,
                    distinguishedName(request.name()),
                    pair.getPublic(),
                    request.from(),
                    request.until(),
                    extensions(request, pair.getPublic()));
            return CertifiedKey.of(certificate, pair.getPrivate().getEncoded());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has EC on P-256", impossible);
        }
    }

    private static List<byte[]> extensions(CertificateRequest request, PublicKey key) throws GeneralSecurityException {
        List<byte[]> purposes = new ArrayList<>();
        if (request.server()) {
            purposes.add(Der.identifier(SERVER_AUTH));
        }
        purposes.add(Der.identifier(CLIENT_AUTH));
        List<byte[]> extensions = new ArrayList<>();
        extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence()));
        extensions.add(extension(KEY_USAGE, true, Der.flags(DIGITAL_SIGNATURE)));
        extensions.add(extension(EXTENDED_KEY_USAGE, false, Der.sequence(purposes)));
        extensions.add(extension(KEY_IDENTIFIER, false, Der.octets(identifier(key))));
        List<byte[]> names = alternativeNames(request);
        if (!names.isEmpty()) {
            extensions.add(extension(ALTERNATIVE_NAMES, false, Der.sequence(names)));
        }
        return extensions;
    }

    private static List<byte[]> alternativeNames(CertificateRequest request) {
        List<byte[]> names = new ArrayList<>();
        request.uris().forEach(uri -> names.add(Der.context(URI, uri.getBytes(StandardCharsets.US_ASCII))));
        for (String host : request.hosts()) {
            names.add(
                    isLiteral(host)
                            ? Der.context(IP_ADDRESS, address(host))
                            : Der.context(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII)));
        }
        return names;
    }

    private static boolean isLiteral(String host) {
        return host.contains(":") || host.matches("[0-9.]+");
    }

    private static byte[] address(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (java.net.UnknownHostException malformed) {
            throw new IllegalArgumentException("host: " + literal + " (expected: a name or an IP address)", malformed);
        }
    }

    private static byte[] signed(
            PrivateKey key,
            byte[] issuer,
            byte[] subject,
            PublicKey subjectKey,
            Instant from,
            Instant until,
            List<byte[]> extensions)
            throws GeneralSecurityException {
        byte[] algorithm = Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
        byte[] content = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(127, new SecureRandom()).setBit(120)),
                algorithm,
                issuer,
                Der.sequence(Der.time(from), Der.time(until)),
                subject,
                subjectKey.getEncoded(),
                Der.explicit(3, Der.sequence(extensions)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(content);
        return Der.sequence(content, algorithm, Der.bits(signature.sign()));
    }

    private static byte[] extension(String identifier, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.identifier(identifier), Der.yes(), Der.octets(value))
                : Der.sequence(Der.identifier(identifier), Der.octets(value));
    }

    private static byte[] distinguishedName(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.text(commonName))));
    }

    private static byte[] identifier(PublicKey key) throws GeneralSecurityException {
        return java.util.Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
