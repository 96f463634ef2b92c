/**
 * The WAN between regions, emulated in user space: an HTTP CONNECT proxy with one listening port a place. The port tells where a
 * connection comes from, the CONNECT line where it goes, so each pair of places has its own delay, jitter, loss, rate and cuts,
 * and the product's code stays untouched.
 *
 * <p>One event loop owns everything: places, paths, connections and their delay lines. The control API and other threads hand
 * their questions to that loop. Start reading with {@link dev.skein.systemtests.wan.WanEmulator}, then
 * {@link dev.skein.systemtests.wan.Conduit}.
 */
@NullMarked
package dev.skein.systemtests.wan;

import org.jspecify.annotations.NullMarked;
