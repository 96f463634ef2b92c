package dev.skein.core;

import org.jspecify.annotations.Nullable;

/**
 * Which channels a permission concerns: one ({@code namespace:name}), those that begin alike ({@code namespace:prefix*}, also
 * {@code namespace:*}), or every channel ({@code *}). There is no other wildcard, no namespace is implied, and case counts.
 *
 * <p>Names are of few characters, so that two patterns that look alike are alike: letters from other alphabets, slashes, percent
 * signs and blanks are refused. A channel with such characters in its name is matched literally, by a prefix.
 */
public final class ChannelPattern {

    private static final String EVERY = "*";
    private static final String NAME_MARKS = "._-:@#$+=,~!";
    private static final int SHOWN_MAX = 80;

    private static final String EXPECTED = "namespace:name, namespace:prefix* or *; names of 1 to "
            + ChannelName.NAME_BYTES_MAX + " ASCII letters, digits and " + NAME_MARKS;

    private final String text;

    /** Null: every channel. */
    private final @Nullable String start;

    private final boolean open;

    private ChannelPattern(String text, @Nullable String start, boolean open) {
        this.text = text;
        this.start = start;
        this.open = open;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException saying what a pattern is
     */
    public static ChannelPattern parse(String text) {
        if (text.equals(EVERY)) {
            return new ChannelPattern(text, null, true);
        }
        int colon = text.indexOf(':');
        check(colon > 0, text);
        try {
            ChannelName.checkNamespace(text.substring(0, colon));
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException(problem(text), invalid);
        }
        boolean open = text.endsWith(EVERY);
        String start = open ? text.substring(0, text.length() - 1) : text;
        String name = start.substring(colon + 1);
        check(open || !name.isEmpty(), text);
        check(name.length() <= ChannelName.NAME_BYTES_MAX && name.chars().allMatch(ChannelPattern::isOfNames), text);
        return new ChannelPattern(text, start, open);
    }

    /** Whether it is the pattern of every channel. */
    public boolean isEvery() {
        return start == null;
    }

    /** Whether it covers a channel, written with its namespace. */
    public boolean covers(String fullName) {
        return start == null || (open ? fullName.startsWith(start) : fullName.equals(start));
    }

    /** Whether it may cover channels of this namespace. */
    public boolean reaches(String namespace) {
        return start == null || (start.startsWith(namespace) && start.startsWith(":", namespace.length()));
    }

    /** As it was read. */
    @Override
    public String toString() {
        return text;
    }

    private static boolean isOfNames(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || NAME_MARKS.indexOf(c) >= 0;
    }

    private static void check(boolean holds, String text) {
        if (!holds) {
            throw new IllegalArgumentException(problem(text));
        }
    }

    private static String problem(String text) {
        StringBuilder shown = new StringBuilder("\"");
        text.chars()
                .limit(SHOWN_MAX)
                .forEach(c ->
                        shown.append(c > ' ' && c < 0x7f ? String.valueOf((char) c) : String.format("\\u%04x", c)));
        return Checks.text("channels", shown.append(text.length() > SHOWN_MAX ? "...\"" : "\""), EXPECTED);
    }
}
