/**
 * Measures Skein next to other systems: {@code scripts/bench}. One thread runs everything, one system after the other. Start reading with
 * {@link dev.skein.benchmarks.Bench}.
 */
@NullMarked
package dev.skein.benchmarks;

import org.jspecify.annotations.NullMarked;
