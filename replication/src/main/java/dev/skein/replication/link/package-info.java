/**
 * The transport between nodes under JRaft. A node has one outgoing gRPC stream to each other node, whatever the number of Raft
 * groups: its requests go out on it and their responses come back on it. Start with {@link dev.skein.replication.link.RaftLinks},
 * then {@code PeerLink} and {@code OutgoingStream} (the caller's side), {@code InboundLink} and {@code RaftRequests} (the
 * callee's side).
 *
 * <p>Making a Raft node that uses these links:
 *
 * <pre>{@code
 * RaftLinks links = new RaftLinks(config, environment);   // one per process
 * links.services().forEach(serverBuilder::addService);    // the caller owns the gRPC server
 * links.start();                                          // JRaft now accepts nodes with this node's id
 * LinkedNodeOptions options = new LinkedNodeOptions(links);
 * ... options.setFsm(...), setInitialConf(...), setServiceFactory(...)
 * NodeImpl node = new NodeImpl(group, RaftPeers.peer(self, incarnation));
 * RaftTimers.elections(node, timing);
 * node.init(options);
 * }</pre>
 *
 * <p>Frames that wait are gathered and written on the event loop of their connection. Threads of one {@code RaftLinks}, all daemons:
 *
 * <ul>
 *   <li>{@code link-timer}, 1, never blocks: call timeouts, pings, reconnecting, held heartbeats.
 *   <li>{@code link-control}, 4, may block for one fsync (votes): votes, heartbeats, ReadIndex, TimeoutNow, connecting.
 *   <li>{@code link-append}, 4, may block on a Raft node's lock: AppendEntries and commit pushes.
 *   <li>{@code link-install}, up to 4, blocks for a whole snapshot download: InstallSnapshot.
 *   <li>{@code link-disk}, up to 2, blocks on disk: GetFile and both ends of FetchEntries.
 *   <li>{@code link-response}, 2, JRaft's executors for responses to AppendEntries, shared by all groups.
 * </ul>
 *
 * <p>gRPC's own threads, event loops included, only queue: they never run Raft code.
 */
@NullMarked
package dev.skein.replication.link;

import org.jspecify.annotations.NullMarked;
