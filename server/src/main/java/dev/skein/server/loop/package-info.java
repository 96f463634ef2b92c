/**
 * The threads that serve clients: a fixed number of {@link dev.skein.server.loop.LoopThread loops}, sessions hashed onto them.
 * State that belongs to a loop is touched on its thread only and needs no locks. Start with {@link dev.skein.server.loop.Loop}.
 */
@NullMarked
package dev.skein.server.loop;

import org.jspecify.annotations.NullMarked;
