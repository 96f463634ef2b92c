package dev.skein.systemtests.faults;

/**
 * A fault that was there, by {@link System#nanoTime}.
 *
 * @param round in which
 * @param kind what
 * @param text to whom
 * @param beginNanos when it began
 * @param endNanos when it was made right again
 */
record Episode(int round, FaultKind kind, String text, long beginNanos, long endNanos) {}
