package dev.skein.client;

import java.util.Base64;

/** Opaque bytes to continue a subscription after its last position, from any region. Valid in the cluster that gave it out. */
public final class ResumeToken {

    private static final int BYTES_MAX = 1_024;

    private final Payload bytes;

    private ResumeToken(Payload bytes) {
        this.bytes = bytes;
    }

    /** A token from its bytes. Whether it is whole is checked when it is used. */
    public static ResumeToken of(byte[] bytes) {
        boolean valid = bytes.length > 0 && bytes.length <= BYTES_MAX;
        Args.check(valid, "resumeToken", bytes.length + " bytes", "1 to " + BYTES_MAX + " bytes");
        return new ResumeToken(Payload.of(bytes));
    }

    /** Reads what {@link #toString} wrote. */
    public static ResumeToken parse(String text) {
        try {
            return of(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException(
                    "resumeToken: " + text + " (expected: the text of a token, base64url)", notBase64);
        }
    }

    /** The token's bytes. */
    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResumeToken that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /** The token as URL-safe text. */
    @Override
    public String toString() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }
}
