package dev.skein.server.access;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWK;

/**
 * A key of the JWKS file. It has one algorithm and is used with no other, whatever a token says.
 *
 * @param jwk as it stands in the file
 */
record VerificationKey(JWK jwk, JWSAlgorithm algorithm, JWSVerifier verifier) {

    /** Whether it is still the same after the file was read again. */
    boolean isSame(VerificationKey other) {
        return jwk.equals(other.jwk);
    }
}
