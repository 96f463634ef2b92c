package dev.skein.replication.shard;

/**
 * Neighbouring messages of one section that got neighbouring serials.
 *
 * @param section ordinal of the section in its entry
 * @param ordinal of the first message in the section
 * @param count messages
 * @param shardSerial of the first message
 */
record Slice(int section, int ordinal, int count, long shardSerial) {}
