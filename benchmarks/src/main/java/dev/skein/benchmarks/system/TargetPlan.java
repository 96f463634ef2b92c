package dev.skein.benchmarks.system;

import java.nio.file.Path;

/**
 * What to start.
 *
 * @param shards or partitions, or streams, over which channels are spread; each with three replicas
 * @param directory for configuration, logs and data; empty
 */
public record TargetPlan(Durability durability, int shards, Path directory) {}
