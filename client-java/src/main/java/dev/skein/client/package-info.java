/**
 * The Java client of Skein. Start with {@link dev.skein.client.SkeinClient}: it publishes, subscribes and reads history over one
 * session with a node of the nearest healthy region, and moves to another node by itself when that one is lost.
 *
 * <p>What the application sees survives such a move: a publish takes effect at most once however often it was resent, and a
 * subscription hands out every message exactly once and in order, or says with a {@link dev.skein.client.Gap} which ones can
 * never come. A failure is a {@link dev.skein.client.SkeinException} whose reason tells whether the request took effect.
 *
 * <p>Threads: all methods may be called from any thread and none of them blocks, except those of
 * {@link dev.skein.client.BlockingClient}. Listeners run on the callback executor, one call at a time per subscription. Futures
 * are completed on it too.
 */
@NullMarked
package dev.skein.client;

import org.jspecify.annotations.NullMarked;
