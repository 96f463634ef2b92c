package dev.skein.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/** Refuses bad arguments with the one sentence that every refused value gets. */
final class Args {

    static final int MESSAGE_ID_BYTES_MAX = 64;
    static final int HEADERS_MAX = 32;
    static final int HEADER_KEY_BYTES_MAX = 128;
    static final int MESSAGES_PER_PUBLISH_MAX = 1_000;

    private static final Duration TIMEOUT_MAX = Duration.ofHours(1);
    private static final Pattern ENDPOINT = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\s/]+):([0-9]{1,5})");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    private Args() {}

    static void check(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    static String endpoint(String name, String value) {
        var matcher = ENDPOINT.matcher(value);
        boolean valid = matcher.matches() && Integer.parseInt(matcher.group(2)) <= 65_535;
        check(valid, name, value, "host:port");
        return value;
    }

    static String name(String name, String value) {
        check(
                NAME.matcher(value).matches(),
                name,
                value,
                "1 to 64 lower-case letters, digits, '-' or '_', starting with a letter");
        return value;
    }

    static Duration timeout(String name, Duration value) {
        boolean valid = value.compareTo(Duration.ofMillis(1)) >= 0 && value.compareTo(TIMEOUT_MAX) <= 0;
        check(valid, name, value, "1 ms to 1 hour");
        return value;
    }

    static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
