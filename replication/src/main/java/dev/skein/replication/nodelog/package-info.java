/**
 * The node's log: one append-only segmented log that all Raft groups of a node share, so that one forced write makes many
 * groups' entries durable. It knows nothing of JRaft. The Raft log is also the message store: moving a group's Raft first
 * index leaves its records readable until retention lets go of them.
 *
 * <p>Start at {@link dev.skein.replication.nodelog.NodeLog} and {@link dev.skein.replication.nodelog.GroupLog}; the format is in
 * {@link dev.skein.replication.nodelog.Frame}, what a restart believes in {@link dev.skein.replication.nodelog.Recovery}.
 *
 * <p>Threads: {@code nodelog-writer} alone writes segments and changes every {@link dev.skein.replication.nodelog.GroupIndex};
 * {@code nodelog-floor} writes the durable floor, {@code nodelog-maintenance} reclaims segments; callers read anywhere.
 */
@NullMarked
package dev.skein.replication.nodelog;

import org.jspecify.annotations.NullMarked;
