/**
 * Gossip between nodes, failure detection, the latency map and routing decisions. Failover of shards comes from Raft, never from
 * here; this moves clients, informs placement, and shows people what is going on. Start with
 * {@link dev.skein.router.RouterNode}.
 */
@NullMarked
package dev.skein.router;

import org.jspecify.annotations.NullMarked;
