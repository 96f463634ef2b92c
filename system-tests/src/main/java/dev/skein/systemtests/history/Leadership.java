package dev.skein.systemtests.history;

/**
 * Somebody was seen to lead.
 *
 * @param group a shard's name
 * @param term Raft's
 * @param leader a node
 */
public record Leadership(String group, long term, String leader) {}
