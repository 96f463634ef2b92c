/**
 * What is measured: latencies from the intended time, and what processes use. Recorders are thread-safe; meters belong to the thread that runs a
 * workload. Start reading with {@link dev.skein.benchmarks.measure.LatencyRecorder}.
 */
@NullMarked
package dev.skein.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
