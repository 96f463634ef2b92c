package dev.skein.core;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A channel's name with its namespace. Written {@code namespace:name}; a name without a colon belongs to the namespace
 * {@code default}. The name itself may contain further colons.
 *
 * @param namespace lower-case letters, digits, '-' and '_', 1 to 64, starting with a letter
 * @param name 1 to {@value #NAME_BYTES_MAX} bytes of UTF-8 without control characters
 */
public record ChannelName(String namespace, String name) {

    /** Namespace of channels that name none. */
    public static final String DEFAULT_NAMESPACE = "default";

    /** Longest name, in bytes of UTF-8: it stands in every index key. */
    public static final int NAME_BYTES_MAX = 256;

    private static final Pattern NAMESPACE = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    public ChannelName {
        checkNamespace(namespace);
        checkName(name);
    }

    /**
     * Reads a channel as a client writes it.
     *
     * @throws IllegalArgumentException naming the part that is wrong
     */
    public static ChannelName parse(String channel) {
        int colon = channel.indexOf(':');
        return colon < 0
                ? new ChannelName(DEFAULT_NAMESPACE, channel)
                : new ChannelName(channel.substring(0, colon), channel.substring(colon + 1));
    }

    /** Refuses a bad namespace name. */
    public static void checkNamespace(String namespace) {
        Checks.check(
                NAMESPACE.matcher(namespace).matches(),
                "namespace",
                shorten(namespace),
                "1 to 64 lower-case letters, digits, '-' or '_', starting with a letter");
    }

    /** {@code namespace:name}, always with the namespace: what is hashed and stored. */
    public String full() {
        return namespace + ":" + name;
    }

    @Override
    public String toString() {
        return full();
    }

    private static void checkName(String name) {
        boolean valid = !name.isEmpty()
                && name.length() <= NAME_BYTES_MAX
                && name.codePoints().noneMatch(ChannelName::isForbidden)
                && name.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES_MAX;
        Checks.check(
                valid,
                "channel",
                shorten(name),
                "1 to " + NAME_BYTES_MAX + " bytes of UTF-8 without control characters");
    }

    private static boolean isForbidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE || type == Character.UNASSIGNED;
    }

    private static String shorten(String text) {
        String visible = text.codePoints()
                .limit(80)
                .collect(
                        StringBuilder::new,
                        (out, c) -> {
                            if (isForbidden(c)) {
                                out.append(String.format("\\u%04x", c));
                            } else {
                                out.appendCodePoint(c);
                            }
                        },
                        StringBuilder::append)
                .toString();
        return "\"" + visible + (text.length() > 80 ? "...\" (" + text.length() + " characters)" : "\"");
    }
}
