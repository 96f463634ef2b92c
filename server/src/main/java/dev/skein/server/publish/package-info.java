/**
 * A publish on its way from a session to the shard's leader. {@link dev.skein.server.publish.PublishCheck} refuses what can never
 * be taken, a {@link dev.skein.server.publish.PublishLane} per session and shard keeps order and retries,
 * {@link dev.skein.server.publish.NodeProposals} hands the section to the local replica or over a
 * {@link dev.skein.server.publish.ForwardLink} to the node that leads. Lanes belong to their session's loop; links are
 * thread-safe. Start with {@link dev.skein.server.publish.Publisher}.
 */
@NullMarked
package dev.skein.server.publish;

import org.jspecify.annotations.NullMarked;
