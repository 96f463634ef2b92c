package dev.skein.server.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.skein.core.Checks;
import java.util.Base64;
import java.util.Map;

/** Claims that hold values of applications. */
final class JsonClaims {

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonClaims() {}

    /**
     * An application's bytes: a JSON value, or base64, which wins.
     *
     * @return empty when neither is there
     */
    static ByteString bytes(Map<?, ?> claims, String json, String base64) {
        Object encoded = claims.get(base64);
        if (encoded != null && !encoded.equals("")) {
            try {
                return ByteString.copyFrom(Base64.getDecoder().decode(String.valueOf(encoded)));
            } catch (IllegalArgumentException notBase64) {
                throw malformed(base64, "base64");
            }
        }
        Object value = claims.get(json);
        try {
            return value == null ? ByteString.EMPTY : ByteString.copyFrom(JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException tooDeep) {
            throw malformed(json, "a JSON value");
        }
    }

    /** A nested object; empty when it isn't there. */
    static Map<?, ?> object(Map<?, ?> claims, String name) {
        Object value = claims.get(name);
        if (value != null && !(value instanceof Map<?, ?>)) {
            throw malformed(name, "an object");
        }
        return value == null ? Map.of() : (Map<?, ?>) value;
    }

    static IllegalArgumentException malformed(String name, String expected) {
        return new IllegalArgumentException(Checks.text(name, "malformed", expected));
    }
}
