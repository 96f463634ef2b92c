/**
 * What this node does for other nodes that serve clients: takes their publishes for shards it leads
 * ({@link dev.skein.server.node.ForwardAdapter}), lets them follow channels it has replicas of
 * ({@link dev.skein.server.node.FollowAdapter}), and answers reads and control proposals. Streams own their state under a lock;
 * nothing blocks. Start with {@link dev.skein.server.node.NodeCalls}.
 */
@NullMarked
package dev.skein.server.node;

import org.jspecify.annotations.NullMarked;
