/**
 * What the client decides, without any input or output: how publishes are numbered and resent ({@link
 * dev.skein.client.internal.core.PublishLane}), how a subscription goes on without gap or duplicate ({@link
 * dev.skein.client.internal.core.SubscriptionState}), where to attach and when ({@link
 * dev.skein.client.internal.core.AttachMachine}), and the session that ties them together ({@link
 * dev.skein.client.internal.core.SessionMachine}, where to start reading).
 *
 * <p>All state here belongs to the client's loop thread. Time comes from {@link dev.skein.client.internal.core.Timers},
 * randomness from a passed-in source.
 */
@NullMarked
package dev.skein.client.internal.core;

import org.jspecify.annotations.NullMarked;
