/**
 * Who is in a channel, as others see it: {@link dev.skein.replication.presence.ShardPresence} is a shard's part of it. Plain values and
 * seams; the rules are in the shard's state machine. Start with {@code ShardPresence}.
 */
@NullMarked
package dev.skein.replication.presence;

import org.jspecify.annotations.NullMarked;
