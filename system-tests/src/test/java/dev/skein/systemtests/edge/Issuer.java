package dev.skein.systemtests.edge;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Who an application asks for its users' tokens. */
final class Issuer {

    static final String AUDIENCE = "sdk-tests";

    private static final String ALL = "\"publish\",\"subscribe\",\"history\"";

    private final byte[] secret;

    Issuer(String secret) {
        this.secret = secret.getBytes(StandardCharsets.US_ASCII);
    }

    /** The file with which nodes verify the tokens. */
    String jwks() {
        return "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k\",\"alg\":\"HS256\",\"k\":\"" + encoded(secret) + "\"}]}";
    }

    /** A token for everything in the namespace, that ends so many seconds from now. */
    String token(String user, int seconds) {
        return token(user, seconds, "default:*", ALL);
    }

    /** A token that allows one thing only. */
    String token(String user, int seconds, String channels, String permissions) {
        long now = System.currentTimeMillis() / 1_000;
        String claims = "{\"sub\":\"" + user + "\",\"aud\":\"" + AUDIENCE + "\",\"iat\":" + (now - 60) + ",\"exp\":"
                + (now + seconds) + ",\"caps\":[{\"channels\":\"" + channels + "\",\"permissions\":[" + permissions
                + "]}]}";
        String input = encoded("{\"alg\":\"HS256\",\"kid\":\"k\"}") + "." + encoded(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return input + "." + encoded(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String encoded(String text) {
        return encoded(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
