/**
 * Messages on their way to subscribers. A {@link dev.skein.server.fanout.ChannelTail} per channel with subscribers here keeps the
 * newest messages in a bounded {@link dev.skein.server.fanout.TailRing}, fed by the nearest replica. A
 * {@link dev.skein.server.fanout.Subscription} takes from the ring while it keeps up and from the store while it doesn't; the next
 * serial only ever grows, so nothing is lost or doubled however often it changes between the two. Subscriptions belong to their
 * session's loop; rings are guarded by a lock that is held for a few list operations. Start with
 * {@link dev.skein.server.fanout.Subscription}.
 */
@NullMarked
package dev.skein.server.fanout;

import org.jspecify.annotations.NullMarked;
