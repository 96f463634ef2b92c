package dev.skein.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.config.AccessConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final Tokens ISSUER = new Tokens();
    private static final Tokens STRANGER = new Tokens();

    @TempDir
    private static Path directory;

    private static Map<String, VerificationKey> keys = Map.of();

    private final TokenVerifier verifier = new TokenVerifier(new AccessConfig.Tokens(
            directory.resolve("jwks"), Tokens.AUDIENCE, Optional.of("https://issuer.test"), Duration.ofHours(2)));

    @BeforeAll
    static void readKeys() throws Exception {
        keys = read(ISSUER.jwks());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hs", "rs", "es", "ed"})
    void aTokenOfEachAlgorithmIsGoodAndSaysWhatItsHolderMay(String kid) {
        Grant grant = granted(ISSUER.token(kid, claims(same -> {})));

        assertEquals("sub:ann", grant.holder());
        assertEquals(NOW + 3_600_000, grant.expiresMs());
        int mask = grant.capabilities().on("default:room");
        assertNotEquals(0, mask & Capabilities.bit(Permission.PERMISSION_PUBLISH));
        assertEquals(0, mask & Capabilities.bit(Permission.PERMISSION_PRESENCE));
        assertEquals(0, grant.capabilities().on("chat:room"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hs", "rs", "es", "ed"})
    void aChangedTokenIsForged(String kid) {
        String token = ISSUER.token(kid, claims(same -> {}));
        String[] parts = token.split("\\.");
        String richer = Tokens.encoded(Tokens.json(claims(claims -> claims.put("sub", "\"root\""))));
        refused(parts[0] + "." + richer + "." + parts[2]);
        refused(parts[0] + "." + parts[1] + ".");
        refused(parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length()));
        refused(STRANGER.token(kid, claims(same -> {})));
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                Arguments.of("none", "{\"alg\":\"none\",\"kid\":\"hs\"}", "hs"),
                Arguments.of("no kid", "{\"alg\":\"HS256\"}", "hs"),
                Arguments.of("unknown kid", "{\"alg\":\"HS256\",\"kid\":\"xx\"}", "hs"),
                Arguments.of("another key's kid", "{\"alg\":\"HS256\",\"kid\":\"rs\"}", "hs"),
                Arguments.of("alg of another key", "{\"alg\":\"RS256\",\"kid\":\"hs\"}", "hs"),
                Arguments.of("longer hash", "{\"alg\":\"HS512\",\"kid\":\"hs\"}", "hs"),
                Arguments.of("PSS", "{\"alg\":\"PS256\",\"kid\":\"rs\"}", "rs"),
                Arguments.of("critical extension", "{\"alg\":\"HS256\",\"kid\":\"hs\",\"crit\":[\"x\"],\"x\":1}", "hs"),
                Arguments.of(
                        "critical extension, EdDSA",
                        "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"crit\":[\"x\"],\"x\":1}",
                        "ed"),
                Arguments.of("unencoded", "{\"alg\":\"HS256\",\"kid\":\"hs\",\"b64\":false,\"crit\":[\"b64\"]}", "hs"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void headersThatAskForMoreThanTheKeysAlgorithmAreRefused(String what, String header, String kid) {
        refused(ISSUER.signed(header, Tokens.json(claims(same -> {})), kid));
    }

    @Test
    void theOwnKeyInTheHeaderIsNotBelieved() {
        String jwk = STRANGER.rsa.toPublicJWK().toJSONString();
        String header = "{\"alg\":\"RS256\",\"kid\":\"rs\",\"jwk\":" + jwk + "}";
        refused(STRANGER.signed(header, Tokens.json(claims(same -> {})), "rs"));
    }

    @Test
    void aPublicKeyIsNoSecret() throws Exception {
        String input = Tokens.encoded("{\"alg\":\"HS256\",\"kid\":\"rs\"}") + "."
                + Tokens.encoded(Tokens.json(claims(same -> {})));
        var signature = new MACSigner(ISSUER.rsa.toRSAPublicKey().getEncoded())
                .sign(new com.nimbusds.jose.JWSHeader(JWSAlgorithm.HS256), input.getBytes(StandardCharsets.US_ASCII));
        refused(input + "." + signature);
    }

    static Stream<Arguments> badClaims() {
        long now = NOW / 1_000;
        return Stream.of(
                bad("no sub", claims -> claims.remove("sub")),
                bad("empty sub", claims -> claims.put("sub", "\"\"")),
                bad("sub of another type", claims -> claims.put("sub", "7")),
                bad("long sub", claims -> claims.put("sub", "\"" + "x".repeat(129) + "\"")),
                bad("jti of another type", claims -> claims.put("jti", "[]")),
                bad("no aud", claims -> claims.remove("aud")),
                bad("foreign aud", claims -> claims.put("aud", "\"other\"")),
                bad("aud in another case", claims -> claims.put("aud", "\"Skein-Test\"")),
                bad("foreign auds", claims -> claims.put("aud", "[\"a\",\"b\"]")),
                bad("no iss", claims -> claims.remove("iss")),
                bad("foreign iss", claims -> claims.put("iss", "\"https://issuer.test/\"")),
                bad("no exp", claims -> claims.remove("exp")),
                bad("exp as text", claims -> claims.put("exp", "\"" + (now + 60) + "\"")),
                bad("exp without end", claims -> claims.put("exp", "1e300")),
                bad("exp null", claims -> claims.put("exp", "null")),
                bad("exp before iat", claims -> claims.put("exp", "" + (now - 1))),
                bad("no iat", claims -> claims.remove("iat")),
                bad("iat to come", claims -> claims.put("iat", "" + (now + 60))),
                bad("nbf to come", claims -> claims.put("nbf", "" + (now + 60))),
                bad("nbf of another type", claims -> claims.put("nbf", "true")),
                bad("too long a life", claims -> claims.put("exp", "" + (now + 7_201))),
                bad("a subscription's token", claims -> claims.put("channel", "\"default:x\"")),
                bad("no caps", claims -> claims.remove("caps")),
                bad("empty caps", claims -> claims.put("caps", "[]")),
                bad("caps of another type", claims -> claims.put("caps", "\"*\"")),
                bad("an unknown permission", caps("default:*", "\"write\"")),
                bad("a permission in another case", caps("default:*", "\"Publish\"")),
                bad("an unspecified permission", caps("default:*", "\"unspecified\"")),
                bad("no permission", caps("default:*", "")),
                bad("admin of a namespace", caps("default:*", "\"admin\"")),
                bad("double star", caps("default:**", "\"publish\"")),
                bad("any namespace", caps("*:*", "\"publish\"")),
                bad("no namespace", caps("room", "\"publish\"")),
                bad("a slash", caps("default:a/*", "\"publish\"")),
                bad("a look-alike", caps("default:r\u043Eom", "\"publish\"")),
                bad(
                        "something else in caps",
                        claims -> claims.put(
                                "caps", "[{\"channels\":\"*\",\"permissions\":[\"publish\"],\"except\":\"chat:*\"}]")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badClaims")
    void badClaimsAreRefused(String what, Consumer<Map<String, String>> change) {
        for (String kid : List.of("hs", "ed")) {
            refused(ISSUER.token(kid, claims(change)));
        }
    }

    @Test
    void aClaimThatComesTwiceIsRefused() {
        String twice = Tokens.json(claims(same -> {})).replaceFirst("\\{", "{\"sub\":\"root\",");
        refused(ISSUER.signed("{\"alg\":\"HS256\",\"kid\":\"hs\"}", twice, "hs"));
    }

    @Test
    void anExpiredTokenIsToldSo() {
        long now = NOW / 1_000;
        Error error = refusal(ISSUER.token("es", claims(claims -> {
            claims.put("iat", "" + (now - 60));
            claims.put("exp", "" + now);
        })));
        assertEquals(Reason.REASON_CREDENTIAL_EXPIRED, error.getReason());
    }

    @Test
    void severalAudiencesAndSmallDifferencesOfClocksAreFine() {
        long now = NOW / 1_000;
        granted(ISSUER.token("hs", claims(claims -> {
            claims.put("aud", "[\"other\",\"" + Tokens.AUDIENCE + "\"]");
            claims.put("iat", "" + (now + 20));
            claims.put("nbf", "" + (now + 20));
            claims.remove("jti");
        })));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "e30.e30.", "e30.e30.e30", "e30.e30.e30.e30.e30", "\u0000"})
    void whatIsNoTokenIsRefused(String text) {
        refused(text);
    }

    @Test
    void aHugeTokenIsRefusedUnread() {
        refused("a".repeat(TokenVerifier.TOKEN_CHARS_MAX + 1));
    }

    @Test
    void filesThatLeaveARoomForDoubtAreRefused() throws Exception {
        OctetSequenceKey secret = ISSUER.secret;
        unfit(Tokens.jwks(List.of(secret, secret)));
        unfit(Tokens.jwks(
                List.of(new OctetSequenceKey.Builder(secret).algorithm(null).build())));
        unfit(Tokens.jwks(
                List.of(new OctetSequenceKey.Builder(secret).keyID(null).build())));
        unfit(Tokens.jwks(List.of(new OctetSequenceKey.Builder(secret)
                .algorithm(JWSAlgorithm.RS256)
                .build())));
        unfit(Tokens.jwks(List.of(new OctetSequenceKey.Builder("short".getBytes(StandardCharsets.US_ASCII))
                .keyID("hs")
                .algorithm(JWSAlgorithm.HS256)
                .build())));
        unfit(Tokens.jwks(List.of(new RSAKey.Builder(ISSUER.rsa.toRSAPublicKey())
                .keyID("rs")
                .algorithm(JWSAlgorithm.RS256)
                .keyUse(KeyUse.ENCRYPTION)
                .build())));
        unfit(Tokens.jwks(List.of()));
        unfit("{}");
        unfit("");
    }

    private static Arguments bad(String what, Consumer<Map<String, String>> change) {
        return Arguments.of(what, change);
    }

    private static Consumer<Map<String, String>> caps(String channels, String permissions) {
        return claims ->
                claims.put("caps", "[{\"channels\":\"" + channels + "\",\"permissions\":[" + permissions + "]}]");
    }

    private static Map<String, String> claims(Consumer<Map<String, String>> change) {
        Map<String, String> claims = Tokens.claims(NOW);
        claims.put("iss", "\"https://issuer.test\"");
        change.accept(claims);
        return claims;
    }

    private Grant granted(String token) {
        AccessVerdict verdict = verifier.verify(token, keys, NOW);
        return assertInstanceOf(AccessVerdict.Granted.class, verdict, verdict::toString)
                .grant();
    }

    private void refused(String token) {
        assertEquals(Reason.REASON_UNAUTHENTICATED, refusal(token).getReason());
    }

    private Error refusal(String token) {
        AccessVerdict verdict = verifier.verify(token, keys, NOW);
        return assertInstanceOf(AccessVerdict.Refused.class, verdict, verdict::toString)
                .error();
    }

    private static void unfit(String jwks) {
        AccessFileException refused = assertThrows(AccessFileException.class, () -> read(jwks));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("jwks"), refused.getMessage());
    }

    private static Map<String, VerificationKey> read(String jwks) throws IOException, AccessFileException {
        return JwksFile.read(Files.writeString(directory.resolve("jwks"), jwks));
    }
}
