package dev.skein.client.internal.core;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A channel's name as the application wrote it, checked by the server's rules so that a bad one fails before it is sent.
 *
 * @param namespace the namespace
 * @param full {@code namespace:name}
 */
public record Channel(String namespace, String full) {

    private static final String DEFAULT_NAMESPACE = "default";
    private static final int NAME_BYTES_MAX = 256;
    private static final int SHOWN_MAX = 80;
    private static final Pattern NAMESPACE = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    /**
     * Reads a channel.
     *
     * @throws IllegalArgumentException naming the part that is wrong
     */
    public static Channel parse(String channel) {
        int colon = channel.indexOf(':');
        String namespace = colon < 0 ? DEFAULT_NAMESPACE : channel.substring(0, colon);
        String name = channel.substring(colon + 1);
        check(
                NAMESPACE.matcher(namespace).matches(),
                "namespace",
                namespace,
                "1 to 64 lower-case letters, digits, '-' or '_', starting with a letter");
        check(validName(name), "channel", name, "1 to 256 bytes of UTF-8 without control characters");
        return new Channel(namespace, namespace + ":" + name);
    }

    private static boolean validName(String name) {
        return !name.isEmpty()
                && name.length() <= NAME_BYTES_MAX
                && name.codePoints().noneMatch(Channel::forbidden)
                && name.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES_MAX;
    }

    private static boolean forbidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE || type == Character.UNASSIGNED;
    }

    private static void check(boolean holds, String name, String value, String expected) {
        if (!holds) {
            StringBuilder shown = new StringBuilder();
            value.codePoints().limit(SHOWN_MAX).forEach(c -> {
                if (forbidden(c)) {
                    shown.append(String.format("\\u%04x", c));
                } else {
                    shown.appendCodePoint(c);
                }
            });
            throw new IllegalArgumentException(name + ": \"" + shown + "\" (expected: " + expected + ")");
        }
    }
}
