/**
 * A cluster in one JVM without Raft: the real state machine of a shard on every replica, fed by one list of entries that stands
 * for the committed log, and real gRPC between nodes and clients. The test says who leads, who lags, and which answers get lost.
 * Start with {@link dev.skein.server.loopback.LoopbackCluster}.
 */
@NullMarked
package dev.skein.server.loopback;

import org.jspecify.annotations.NullMarked;
