package dev.skein.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.SignedJWT;
import dev.skein.core.Checks;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.config.AccessConfig;
import dev.skein.wire.Errors;
import java.text.ParseException;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Judges signed tokens: first the signature, by the key that the token names and that key's only algorithm, then the claims. A pure
 * function of the token, the keys and the time.
 */
final class TokenVerifier {

    /** Longest token: it stands in a header. */
    static final int TOKEN_CHARS_MAX = 8_192;

    private final AccessConfig.Tokens rules;

    TokenVerifier(AccessConfig.Tokens rules) {
        this.rules = rules;
    }

    /** A token that lets somebody in. */
    AccessVerdict verify(String token, Map<String, VerificationKey> keys, long nowMs) {
        return verify(
                token,
                keys,
                (claims, key) -> new TokenClaims(claims, rules, nowMs).judge(key),
                AccessVerdict.Refused::new);
    }

    /** A token that lets somebody follow one channel. */
    ChannelVerdict verifyChannel(String token, Map<String, VerificationKey> keys, long nowMs) {
        return verify(
                token,
                keys,
                (claims, key) -> new TokenClaims(claims, rules, nowMs).judgeChannel(key),
                ChannelVerdict.Refused::new);
    }

    private static <V> V verify(
            String token,
            Map<String, VerificationKey> keys,
            BiFunction<Map<String, Object>, VerificationKey, V> judge,
            Function<Error, V> refuse) {
        if (token.length() > TOKEN_CHARS_MAX) {
            return refuse.apply(
                    refusedError(Checks.text("token characters", token.length(), "at most " + TOKEN_CHARS_MAX)));
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            VerificationKey key = keyOf(jwt.getHeader(), keys);
            if (key == null || !key.verifier().verify(jwt.getHeader(), jwt.getSigningInput(), jwt.getSignature())) {
                return refuse.apply(refusedError(
                        "token: of a key, algorithm or signature that isn't known (expected: one of the JWKS file)"));
            }
            Map<String, Object> claims = jwt.getPayload().toJSONObject();
            return claims == null
                    ? refuse.apply(refusedError("token: malformed (expected: claims)"))
                    : judge.apply(claims, key);
        } catch (ParseException | JOSEException | IllegalArgumentException malformed) {
            return refuse.apply(refusedError("token: malformed (expected: a signed JWT)"));
        }
    }

    /** Null when the token can't be verified with any key: {@code none} and extensions that aren't understood included. */
    private static @Nullable VerificationKey keyOf(JWSHeader header, Map<String, VerificationKey> keys) {
        VerificationKey key = header.getKeyID() == null ? null : keys.get(header.getKeyID());
        boolean plain = header.getCriticalParams() == null && header.isBase64URLEncodePayload();
        return key != null && plain && key.algorithm().equals(header.getAlgorithm()) ? key : null;
    }

    static AccessVerdict refused(String text) {
        return new AccessVerdict.Refused(refusedError(text));
    }

    static AccessVerdict expired(String holder) {
        return new AccessVerdict.Refused(expiredError(holder));
    }

    static Error refusedError(String text) {
        return Errors.of(Reason.REASON_UNAUTHENTICATED, text);
    }

    static Error expiredError(String holder) {
        return Errors.of(
                Reason.REASON_CREDENTIAL_EXPIRED, Checks.text("credential of " + holder, "expired", "a new one"));
    }
}
