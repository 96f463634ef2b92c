/**
 * Puts a node's replication together: {@link dev.skein.replication.host.ReplicationNode} opens the storage, joins the cluster, runs the
 * control group and hosts the shards that are placed here.
 *
 * <p>One host thread reacts to control states and looks after every shard a few times a second; it may block for storage but never
 * for the network. Joining has a thread of its own, because it waits for other nodes.
 */
@NullMarked
package dev.skein.replication.host;

import org.jspecify.annotations.NullMarked;
