/**
 * JMH benchmarks of hot paths (sections and entries, apply, producer sequences, the tail), one thread each: {@code java -cp 'benchmarks/target/skein-benchmarks.jar:benchmarks/target/lib/*' org.openjdk.jmh.Main}. No test runs
 * them. Start reading with {@link dev.skein.benchmarks.micro.ShardApplyBenchmark}.
 */
@NullMarked
package dev.skein.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
