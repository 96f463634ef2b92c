/**
 * The event loops as seen by what serves clients: sessions, channel tails and forward links each belong to one. State that belongs
 * to a loop is touched on its thread only and needs no locks. Start with {@link dev.skein.server.loop.Loop}.
 */
@NullMarked
package dev.skein.server.loop;

import org.jspecify.annotations.NullMarked;
