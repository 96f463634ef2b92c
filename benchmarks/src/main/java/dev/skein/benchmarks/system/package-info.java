/**
 * The systems that are compared, each behind the same small interface: start servers as real processes, connect, publish, subscribe. A target's
 * servers belong to the thread that runs a workload; clients may be used by several. Start reading with {@link dev.skein.benchmarks.system.Target}.
 */
@NullMarked
package dev.skein.benchmarks.system;

import org.jspecify.annotations.NullMarked;
