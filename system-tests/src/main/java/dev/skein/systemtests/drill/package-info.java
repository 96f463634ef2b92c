/**
 * The drill: a cluster, clients in every region, outages of the busiest home region, forced retries, and the collection of everything
 * that the checkers judge. {@link dev.skein.systemtests.drill.Drill} runs on the caller's thread and owns every other thread of a run:
 * one that paces the chat, one for probes and sparse publishing, and the clients' own with a shared callback pool. All of them end
 * before it returns.
 *
 * <p>Start reading with {@link dev.skein.systemtests.drill.Drill}.
 */
@NullMarked
package dev.skein.systemtests.drill;

import org.jspecify.annotations.NullMarked;
