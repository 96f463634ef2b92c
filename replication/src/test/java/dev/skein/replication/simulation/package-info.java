/**
 * Whole lives of a shard on a virtual clock: real replicas over a log that does what Raft may do, by a seed. One thread, no waiting.
 * Start with {@link dev.skein.replication.simulation.ShardSimulationTest}.
 */
@NullMarked
package dev.skein.replication.simulation;

import org.jspecify.annotations.NullMarked;
