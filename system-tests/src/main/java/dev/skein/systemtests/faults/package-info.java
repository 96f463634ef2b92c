/**
 * The fault conductor behind {@code scripts/faults}: clients of every kind on a cluster of real processes, rounds of faults that overlap, one
 * history of all operations, and in the end healing, quiet, reading everything back and judging it. A seed decides everything random, so that
 * a run can be had again.
 *
 * <p>{@link dev.skein.systemtests.faults.Conductor} runs on the caller's thread; each fault of a round has a thread of its own that ends with
 * the round, and each kind of client traffic one that ends with the run. Start reading with {@link dev.skein.systemtests.faults.Schedule} and
 * {@link dev.skein.systemtests.faults.Conductor}; with {@link dev.skein.systemtests.faults.Mutant} for whether it would notice anything.
 */
@NullMarked
package dev.skein.systemtests.faults;

import org.jspecify.annotations.NullMarked;
