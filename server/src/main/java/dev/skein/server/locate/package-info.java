/**
 * Where things are: which namespaces exist ({@link dev.skein.server.locate.ShardMap}), which node leads a shard
 * ({@link dev.skein.server.locate.LeaderDirectory}), which nodes can be reached
 * ({@link dev.skein.server.locate.Neighbours}). Everything here is a cache of what replication and gossip say; it is thread-safe,
 * answers at once and may be slightly old.
 */
@NullMarked
package dev.skein.server.locate;

import org.jspecify.annotations.NullMarked;
