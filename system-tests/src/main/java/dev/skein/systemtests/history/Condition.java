package dev.skein.systemtests.history;

/**
 * The condition of a publish.
 *
 * @param id the message
 * @param expected the last serial it was to take effect after
 * @param reported the last serial that a refusal named; -1: it was not refused for its condition
 */
public record Condition(int id, long expected, long reported) {}
