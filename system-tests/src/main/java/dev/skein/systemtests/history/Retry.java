package dev.skein.systemtests.history;

/**
 * A publish that was sent again with the same identity, to another region.
 *
 * @param id the message
 * @param region where it was sent again
 * @param afterCommit whether the original had surely taken effect, so that the receipt must say {@code duplicate}
 * @param outcome how the retry ended
 * @param epoch from its receipt
 * @param serial from its receipt
 * @param duplicate from its receipt
 */
public record Retry(
        int id, String region, boolean afterCommit, Outcome outcome, long epoch, long serial, boolean duplicate) {}
