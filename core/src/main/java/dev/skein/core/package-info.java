/**
 * Words of the domain as values: node, shard, channel, position, and the limits. JDK only, immutable, no threads. Start with
 * {@link dev.skein.core.ChannelName} and {@link dev.skein.core.ShardId}.
 */
@NullMarked
package dev.skein.core;

import org.jspecify.annotations.NullMarked;
