package dev.skein.server.edge;

import com.google.protobuf.ByteString;
import java.util.Base64;

/** Fields of the server API that need a second look. */
final class ApiFields {

    private ApiFields() {}

    /**
     * Bytes that came as a JSON value, or in base64, which wins.
     *
     * @throws IllegalArgumentException when it is no base64
     */
    static ByteString bytes(String name, ByteString json, String base64) {
        if (base64.isEmpty()) {
            return json;
        }
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(name + ": malformed (expected: base64)", malformed);
        }
    }

    /**
     * A moment in milliseconds; 0: none.
     *
     * @throws IllegalArgumentException when it can't be one
     */
    static long millis(String name, long seconds) {
        if (seconds < 0 || seconds > 1L << 40) {
            throw new IllegalArgumentException(name + ": " + seconds + " (expected: seconds since 1970, or 0)");
        }
        return seconds * 1_000;
    }
}
