package dev.skein.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.skein.core.Checks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the file of keys that tokens are verified with: a JWK set in which every key has a {@code kid} of its own and an {@code alg}.
 * A file is taken as a whole or not at all.
 */
final class JwksFile {

    static final int KEYS_MAX = 64;

    private static final long FILE_BYTES_MAX = 1 << 20;
    private static final int RSA_BITS_MIN = 2_048;
    private static final String ALGORITHMS = "HS256, RS256, ES256 or EdDSA";

    private JwksFile() {}

    /** @throws AccessFileException saying what is wrong with it */
    static Map<String, VerificationKey> read(Path file) throws AccessFileException {
        try {
            long bytes = Files.size(file);
            if (bytes > FILE_BYTES_MAX) {
                throw problem(file, "bytes", bytes, "at most " + FILE_BYTES_MAX);
            }
            return keys(file, JWKSet.parse(Files.readString(file)));
        } catch (IOException unreadable) {
            throw new AccessFileException(Checks.text("jwks", file, "a readable file"), unreadable);
        } catch (ParseException malformed) {
            throw new AccessFileException(Checks.text("jwks", file, "a JWK set"), malformed);
        }
    }

    private static Map<String, VerificationKey> keys(Path file, JWKSet set) throws AccessFileException {
        if (set.isEmpty() || set.size() > KEYS_MAX) {
            throw problem(file, "keys", set.size(), "1 to " + KEYS_MAX);
        }
        Map<String, VerificationKey> keys = new HashMap<>();
        for (JWK jwk : set.getKeys()) {
            String id = jwk.getKeyID();
            if (id == null || id.isEmpty() || keys.put(id, key(file, jwk)) != null) {
                throw problem(file, "kid", id, "one that no other key of the file has");
            }
        }
        return Map.copyOf(keys);
    }

    private static VerificationKey key(Path file, JWK jwk) throws AccessFileException {
        if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
            throw problem(file, "use of " + jwk.getKeyID(), jwk.getKeyUse(), "sig");
        }
        if (jwk.getAlgorithm() == null) {
            throw problem(file, "alg of " + jwk.getKeyID(), "missing", ALGORITHMS);
        }
        JWSAlgorithm algorithm = JWSAlgorithm.parse(jwk.getAlgorithm().getName());
        try {
            return new VerificationKey(jwk, algorithm, verifier(file, jwk, algorithm));
        } catch (JOSEException | GeneralSecurityException unfit) {
            throw new AccessFileException(
                    Checks.text("jwks", file + ", key " + jwk.getKeyID(), "a key for " + algorithm), unfit);
        }
    }

    private static JWSVerifier verifier(Path file, JWK jwk, JWSAlgorithm algorithm)
            throws AccessFileException, JOSEException, GeneralSecurityException {
        if (jwk instanceof OctetSequenceKey secret && algorithm.equals(JWSAlgorithm.HS256)) {
            return new MACVerifier(secret);
        }
        if (jwk instanceof RSAKey rsa && algorithm.equals(JWSAlgorithm.RS256)) {
            if (rsa.size() < RSA_BITS_MIN) {
                throw problem(file, "bits of " + jwk.getKeyID(), rsa.size(), "at least " + RSA_BITS_MIN);
            }
            return new RSASSAVerifier(rsa);
        }
        if (jwk instanceof ECKey curve
                && algorithm.equals(JWSAlgorithm.ES256)
                && curve.getCurve().equals(Curve.P_256)) {
            return new ECDSAVerifier(curve);
        }
        if (jwk instanceof OctetKeyPair pair
                && algorithm.equals(JWSAlgorithm.EdDSA)
                && pair.getCurve().equals(Curve.Ed25519)) {
            return new Ed25519Verifier(pair.getX().decode());
        }
        throw problem(
                file,
                "alg of " + jwk.getKeyID(),
                algorithm + " with a key of type " + jwk.getKeyType(),
                ALGORITHMS + ", with a key of its type");
    }

    private static AccessFileException problem(Path file, String name, Object value, String expected) {
        return new AccessFileException("jwks " + file + ", " + Checks.text(name, value, expected), null);
    }
}
