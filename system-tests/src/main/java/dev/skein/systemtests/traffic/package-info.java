/**
 * What the drill and the fault conductor have in common: clients in every region that publish, subscribe and retry, the waiting until nothing
 * moves any more, and the reading of everything that stays. All of it writes into one {@link dev.skein.systemtests.history.History}.
 * Threads: one that paces the chat, one for probes, and the clients' own with a shared callback pool; each ends when its owner is closed.
 *
 * <p>Start reading with {@link dev.skein.systemtests.traffic.Fleet}.
 */
@NullMarked
package dev.skein.systemtests.traffic;

import org.jspecify.annotations.NullMarked;
