package dev.skein.systemtests.history;

/**
 * A replica's state at one index.
 *
 * @param group a shard's name
 * @param node where the replica is
 * @param appliedIndex the last entry in the digest
 * @param digest rolling, over everything applied
 */
public record StateDigest(String group, String node, long appliedIndex, long digest) {}
