/**
 * Who of this node's clients is present, and telling the shards' leaders. Start with {@link dev.skein.server.presence.PresenceDesk}.
 *
 * <p>Threads: what a {@code ShardDesk} knows belongs to its shard's loop.
 */
@NullMarked
package dev.skein.server.presence;

import org.jspecify.annotations.NullMarked;
