/**
 * The part of the wire contract that isn't a message: how a channel maps to a shard, how errors travel, what a resume token
 * holds. Shared by servers and clients; pure functions, no threads, no state. Start with {@link dev.skein.wire.Errors}.
 */
@NullMarked
package dev.skein.wire;

import org.jspecify.annotations.NullMarked;
