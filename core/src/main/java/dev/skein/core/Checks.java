package dev.skein.core;

/** Makes the one sentence that every refused value gets: {@code name: value (expected: ...)}. */
public final class Checks {

    private Checks() {}

    /**
     * Refuses a value.
     *
     * @throws IllegalArgumentException with {@code name: value (expected: expected)} when {@code holds} is false
     */
    public static void check(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(text(name, value, expected));
        }
    }

    /** The sentence itself. */
    public static String text(String name, Object value, String expected) {
        return name + ": " + value + " (expected: " + expected + ")";
    }
}
