package dev.skein.replication.shard;

/**
 * A message of the entry being applied.
 *
 * @param section ordinal of its section
 * @param ordinal in the section
 * @param bytes of its body
 */
record MessagePlace(int section, int ordinal, int bytes) {}
