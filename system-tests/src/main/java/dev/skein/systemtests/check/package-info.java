/**
 * Judges a recorded run: pure functions from a {@link dev.skein.systemtests.history.History} to a verdict for each promise, in time O(n log
 * n) or better. No state survives a call. Start reading with {@link dev.skein.systemtests.check.Checkers}.
 */
@NullMarked
package dev.skein.systemtests.check;

import org.jspecify.annotations.NullMarked;
