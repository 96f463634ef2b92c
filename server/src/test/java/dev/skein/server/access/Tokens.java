package dev.skein.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Keys and tokens of an issuer, good ones and others. */
public final class Tokens {

    public static final String AUDIENCE = "skein-test";

    public final OctetSequenceKey secret;
    public final RSAKey rsa;
    public final ECKey curve;
    public final OctetKeyPair edwards;
    private final KeyPair edwardsPair;

    public Tokens() {
        try {
            secret = new OctetSequenceKeyGenerator(256)
                    .keyID("hs")
                    .algorithm(JWSAlgorithm.HS256)
                    .generate();
            rsa = new RSAKeyGenerator(2048)
                    .keyID("rs")
                    .algorithm(JWSAlgorithm.RS256)
                    .generate();
            curve = new ECKeyGenerator(Curve.P_256)
                    .keyID("es")
                    .algorithm(JWSAlgorithm.ES256)
                    .generate();
            edwardsPair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] spki = edwardsPair.getPublic().getEncoded();
            edwards = new OctetKeyPair.Builder(
                            Curve.Ed25519, Base64URL.encode(Arrays.copyOfRange(spki, spki.length - 32, spki.length)))
                    .keyID("ed")
                    .algorithm(JWSAlgorithm.EdDSA)
                    .build();
        } catch (JOSEException | GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The file that verifies them. */
    public String jwks() {
        return jwks(List.of(secret, rsa.toPublicJWK(), curve.toPublicJWK(), edwards));
    }

    public static String jwks(List<JWK> keys) {
        return "{\"keys\":[" + keys.stream().map(JWK::toJSONString).collect(Collectors.joining(",")) + "]}";
    }

    /** Claims that are good at that moment, for an hour. */
    public static Map<String, String> claims(long nowMs) {
        long now = nowMs / 1_000;
        Map<String, String> claims = new TreeMap<>();
        claims.put("sub", "\"ann\"");
        claims.put("aud", "\"" + AUDIENCE + "\"");
        claims.put("iat", "" + now);
        claims.put("exp", "" + (now + 3_600));
        claims.put("jti", "\"t1\"");
        claims.put("caps", "[{\"channels\":\"default:*\",\"permissions\":[\"publish\",\"subscribe\",\"history\"]}]");
        return claims;
    }

    public static String json(Map<String, String> claims) {
        return claims.entrySet().stream()
                .map(claim -> "\"" + claim.getKey() + "\":" + claim.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** A token of one of the issuer's keys. */
    public String token(String kid, Map<String, String> claims) {
        String algorithm = Map.of("hs", "HS256", "rs", "RS256", "es", "ES256", "ed", "EdDSA")
                .get(kid);
        return signed("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + kid + "\"}", json(claims), kid);
    }

    /** Signed with that key, whatever the header says. */
    public String signed(String header, String payload, String kid) {
        String input = encoded(header) + "." + encoded(payload);
        try {
            return input + "." + sign(kid, input.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException | GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static String encoded(String text) {
        return Base64URL.encode(text).toString();
    }

    private Base64URL sign(String kid, byte[] input) throws JOSEException, GeneralSecurityException {
        if (kid.equals("ed")) {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(edwardsPair.getPrivate());
            signature.update(input);
            return Base64URL.encode(signature.sign());
        }
        JWSSigner signer =
                switch (kid) {
                    case "hs" -> new MACSigner(secret);
                    case "rs" -> new RSASSASigner(rsa);
                    default -> new ECDSASigner(curve);
                };
        JWSAlgorithm algorithm =
                kid.equals("hs") ? JWSAlgorithm.HS256 : kid.equals("rs") ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
        return signer.sign(new JWSHeader(algorithm), input);
    }
}
