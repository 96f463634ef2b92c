package dev.skein.client;

/**
 * What a client shows a cluster that controls access. Its text never appears in logs.
 *
 * @param scheme {@code apikey} or {@code Bearer}
 * @param secret what goes with it
 */
public record Credential(String scheme, String secret) {

    private static final int SECRET_CHARS_MAX = 8_192;

    public Credential {
        Args.check(scheme.equals("apikey") || scheme.equals("Bearer"), "credential scheme", scheme, "apikey or Bearer");
        Args.check(
                !secret.isEmpty()
                        && secret.length() <= SECRET_CHARS_MAX
                        && secret.chars().allMatch(c -> c > ' ' && c < 0x7f),
                "credential",
                secret.length() + " characters",
                "1 to " + SECRET_CHARS_MAX + " of printable ASCII without blanks");
    }

    /** An API key as it was given out, {@code id.secret}. */
    public static Credential apiKey(String key) {
        return new Credential("apikey", key);
    }

    /** A signed token (JWT). */
    public static Credential token(String token) {
        return new Credential("Bearer", token);
    }

    @Override
    public String toString() {
        return scheme + " (" + secret.length() + " characters)";
    }
}
