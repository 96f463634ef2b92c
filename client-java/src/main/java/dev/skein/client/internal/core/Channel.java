package dev.skein.client.internal.core;

import java.nio.charset.StandardCharsets;

/**
 * A channel's name as the application wrote it, checked by the server's rules so that a bad one fails before it is sent. Immutable; equal
 * when the full names are.
 */
public final class Channel {

    private static final String DEFAULT_NAMESPACE = "default";
    private static final int NAMESPACE_MAX = 64;
    private static final int NAME_BYTES_MAX = 256;
    private static final int SHOWN_MAX = 80;
    private static final int DELETE = 0x7f;

    private final String namespace;
    private final String full;
    private final byte[] utf8;

    private Channel(String namespace, String full) {
        this.namespace = namespace;
        this.full = full;
        this.utf8 = full.getBytes(StandardCharsets.UTF_8);
    }

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
                validNamespace(namespace),
                "namespace",
                namespace,
                "1 to 64 lower-case letters, digits, '-' or '_', starting with a letter");
        check(validName(name), "channel", name, "1 to 256 bytes of UTF-8 without control characters");
        return new Channel(namespace, colon < 0 ? namespace + ":" + name : channel);
    }

    /** The namespace. */
    public String namespace() {
        return namespace;
    }

    /** {@code namespace:name}. */
    public String full() {
        return full;
    }

    /** The full name as it is sent; nobody changes it. */
    byte[] utf8() {
        return utf8;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Channel that && full.equals(that.full));
    }

    @Override
    public int hashCode() {
        return full.hashCode();
    }

    @Override
    public String toString() {
        return full;
    }

    private static boolean validNamespace(String namespace) {
        int length = namespace.length();
        if (length == 0 || length > NAMESPACE_MAX || !lowerCase(namespace.charAt(0))) {
            return false;
        }
        for (int i = 1; i < length; i++) {
            char c = namespace.charAt(i);
            if (!lowerCase(c) && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }

    private static boolean lowerCase(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean validName(String name) {
        int length = name.length();
        if (length == 0 || length > NAME_BYTES_MAX) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c >= DELETE) {
                return validBeyondAscii(name);
            }
            if (c < ' ') {
                return false;
            }
        }
        return true;
    }

    private static boolean validBeyondAscii(String name) {
        return name.codePoints().noneMatch(Channel::forbidden)
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
