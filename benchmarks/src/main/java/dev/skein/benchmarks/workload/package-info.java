/**
 * What is asked of a system. Load is offered by threads of this process; one thread runs a workload and owns its state. Start reading with
 * {@link dev.skein.benchmarks.workload.Workload} and {@link dev.skein.benchmarks.workload.PublishLoad}.
 */
@NullMarked
package dev.skein.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
