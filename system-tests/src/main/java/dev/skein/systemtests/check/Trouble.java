package dev.skein.systemtests.check;

/**
 * A time in which something was wrong, by {@link System#nanoTime}.
 *
 * @param name for people
 * @param beginNanos when the first fault began
 * @param healedNanos when the last one was over and every process was ready
 * @param survivable whether publishing has to go on meanwhile
 */
public record Trouble(String name, long beginNanos, long healedNanos, boolean survivable) {}
