package dev.skein.replication.nodelog;

/**
 * Consecutive indexes.
 *
 * @param from the first
 * @param to the last, not below {@code from}
 */
public record IndexRange(long from, long to) {}
