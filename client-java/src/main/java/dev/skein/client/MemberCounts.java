package dev.skein.client;

/**
 * How many are in a channel.
 *
 * @param members clients
 * @param users different ones; all without a credential count as one
 */
public record MemberCounts(long members, long users) {}
