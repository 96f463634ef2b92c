package dev.skein.client;

/**
 * One header of a message.
 *
 * @param key not empty, at most 128 bytes of UTF-8
 * @param value any bytes
 */
public record Header(String key, Payload value) {

    public Header {
        boolean valid = !key.isEmpty() && Args.utf8Length(key) <= Args.HEADER_KEY_BYTES_MAX;
        Args.check(valid, "header", "\"" + key + "\"", "1 to " + Args.HEADER_KEY_BYTES_MAX + " bytes of UTF-8");
    }

    /** A header with text. */
    public static Header of(String key, String text) {
        return new Header(key, Payload.of(text));
    }
}
