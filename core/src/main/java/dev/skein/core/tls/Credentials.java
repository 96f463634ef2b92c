package dev.skein.core.tls;

import dev.skein.core.Checks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What the files held at one moment: whole, and fit to be used together.
 *
 * @param chain this process's certificate first
 * @param keys presents the chain
 * @param trust believes in what the authorities signed; null: in nothing
 * @param fingerprint changes with any of the files
 */
record Credentials(
        List<X509Certificate> chain,
        X509ExtendedKeyManager keys,
        @Nullable X509ExtendedTrustManager trust,
        int fingerprint) {

    static final String ALIAS = "skein";

    private static final char[] NO_PASSWORD = new char[0];

    /**
     * Reads the files.
     *
     * @param prefix what the options' names start with, for messages
     */
    static Credentials read(String prefix, CredentialFiles files) throws CredentialsException {
        byte[] certificate = Pem.read(prefix + "certificate", files.certificate());
        byte[] key = Pem.read(prefix + "key", files.key());
        Path trustFile = files.trust();
        byte[] trust = trustFile == null ? new byte[0] : Pem.read(prefix + "trust", trustFile);
        List<X509Certificate> chain = Pem.certificates(prefix + "certificate", files.certificate(), certificate);
        PrivateKey privateKey = Pem.key(prefix + "key", files.key(), key, chain.get(0));
        checkPair(prefix, files, privateKey, chain.get(0).getPublicKey());
        List<X509Certificate> authorities =
                trustFile == null ? List.of() : Pem.certificates(prefix + "trust", trustFile, trust);
        int fingerprint =
                Arrays.hashCode(new int[] {Arrays.hashCode(certificate), Arrays.hashCode(key), Arrays.hashCode(trust)});
        try {
            return new Credentials(
                    chain, keys(chain, privateKey), trustFile == null ? null : trust(authorities), fingerprint);
        } catch (GeneralSecurityException | IOException unusable) {
            throw new CredentialsException(
                    Checks.text(prefix + "certificate", files.certificate(), "a certificate that TLS can use"),
                    unusable);
        }
    }

    X509Certificate own() {
        return chain.get(0);
    }

    Instant expires() {
        return own().getNotAfter().toInstant();
    }

    private static void checkPair(String prefix, CredentialFiles files, PrivateKey key, PublicKey certified)
            throws CredentialsException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "Ed25519";
                };
        byte[] text = "skein".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(text);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException unfit) {
            throw new CredentialsException(
                    Checks.text(prefix + "key", files.key(), "an RSA, EC or Ed25519 key of " + files.certificate()),
                    unfit);
        }
        throw new CredentialsException(Checks.text(prefix + "key", files.key(), "the key of " + files.certificate()));
    }

    private static X509ExtendedKeyManager keys(List<X509Certificate> chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry(ALIAS, key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, NO_PASSWORD);
        return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
    }

    private static X509ExtendedTrustManager trust(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }
}
