package dev.skein.systemtests.check;

/**
 * A time in which something was wrong, by {@link System#nanoTime}.
 *
 * @param name for people
 * @param beginNanos when the first fault began
 * @param healedNanos when the last one was over and every process was ready
 * @param survivable whether publishing has to go on meanwhile
 * @param standstillMillisMax longest standstill, when it has a bound of its own; 0: the one of all troubles
 */
public record Trouble(String name, long beginNanos, long healedNanos, boolean survivable, long standstillMillisMax) {

    /** One without a bound of its own. */
    public Trouble(String name, long beginNanos, long healedNanos, boolean survivable) {
        this(name, beginNanos, healedNanos, survivable, 0);
    }
}
