package dev.skein.benchmarks;

import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.Durability;
import dev.skein.benchmarks.system.Target;
import dev.skein.benchmarks.workload.Settings;
import dev.skein.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * What to run.
 *
 * @param shapes chooses and changes a workload's own shapes
 * @param durabilities wanted; each target takes those it knows
 * @param repeat runs of which the median counts
 * @param data directory for servers' data, emptied after each system
 * @param keepData for looking at logs
 */
record BenchPlan(
        List<Workload> workloads,
        List<Target> targets,
        List<Durability> durabilities,
        Function<List<Shape>, List<Shape>> shapes,
        Settings settings,
        int repeat,
        Path data,
        boolean keepData) {

    BenchPlan {
        workloads = List.copyOf(workloads);
        targets = List.copyOf(targets);
        durabilities = List.copyOf(durabilities);
    }
}
