package dev.skein.benchmarks;

import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Row;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.Durability;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.Target;
import dev.skein.benchmarks.system.TargetPlan;
import dev.skein.benchmarks.workload.Workload;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs workloads: for each shape one system after the other, each freshly started, so that what is compared was measured within minutes. A
 * system that fails gets a row that says so, and the others go on.
 */
final class Bench {

    private final BenchPlan plan;
    private final Progress progress;
    private int started;
    private boolean anyFailed;

    Bench(BenchPlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Runs everything and answers a row for each system and shape. */
    List<Row> run() throws IOException {
        List<Row> all = new ArrayList<>();
        for (Workload workload : plan.workloads()) {
            progress.say(workload.name() + ": " + workload.about());
            List<Row> rows = new ArrayList<>();
            for (Shape shape : plan.shapes().apply(workload.shapes())) {
                for (Target target : plan.targets()) {
                    rows.addAll(rows(workload, shape, target));
                }
            }
            all.addAll(workload.finish(rows));
        }
        return List.copyOf(all);
    }

    /** Whether something did not run that should have. */
    boolean anyFailed() {
        return anyFailed;
    }

    private List<Row> rows(Workload workload, Shape shape, Target target) throws IOException {
        if (!workload.suits(target)) {
            return List.of();
        }
        Optional<String> missing = target.missing();
        if (missing.isPresent()) {
            progress.say("  " + target.name() + ": " + missing.get());
            return List.of(Row.missing(workload.name(), target.name(), "-", shape, missing.get()));
        }
        List<Row> rows = new ArrayList<>();
        for (Durability durability : target.durabilities()) {
            boolean wanted =
                    durability == Durability.NONE || plan.durabilities().contains(durability);
            if (wanted && workload.suits(durability)) {
                rows.add(row(workload, shape, target, durability));
            }
        }
        if (rows.isEmpty()) {
            progress.say("  " + target.name() + ": not measured at the durability that was asked for");
        }
        return rows;
    }

    private Row row(Workload workload, Shape shape, Target target, Durability durability) throws IOException {
        String who = target.name() + ", " + durability;
        progress.say(String.format(
                Locale.ROOT,
                "  %s: %,d B, %,d shards, %,d channels",
                who,
                shape.payloadBytes(),
                shape.shards(),
                shape.channels()));
        Path directory = Files.createDirectories(plan.data().resolve(++started + "-" + target.name()));
        TargetPlan targetPlan = new TargetPlan(durability, shape.shards(), directory);
        try (RunningTarget running = target.start(targetPlan, progress)) {
            return measure(workload, shape, target, durability, running);
        } catch (IOException | RuntimeException failure) {
            anyFailed = true;
            progress.say("    failed: " + failure.getMessage());
            return Row.missing(workload.name(), target.name(), durability.toString(), shape, "failed: " + failure);
        } finally {
            if (!plan.keepData()) {
                deleteTree(directory);
            }
        }
    }

    private Row measure(Workload workload, Shape shape, Target target, Durability durability, RunningTarget running)
            throws IOException {
        List<Figures> runs = new ArrayList<>();
        progress.say("    warming up");
        try (Workload.Exercise exercise = workload.open(running, shape, plan.settings())) {
            for (int run = 1; run <= plan.repeat(); run++) {
                Figures figures = exercise.measure();
                runs.add(figures);
                progress.say("    run " + run + " of " + plan.repeat() + ": " + words(figures));
            }
            return new Row(
                    workload.name(),
                    target.name(),
                    durability.toString(),
                    shape,
                    plan.repeat(),
                    Figures.median(runs),
                    exercise.note());
        }
    }

    private static String words(Figures figures) {
        return figures.values().entrySet().stream()
                .filter(each -> each.getKey() != Figure.FAILED || each.getValue() > 0)
                .map(each -> String.format(
                        Locale.ROOT,
                        "%s %,." + each.getKey().decimals() + "f",
                        each.getKey().heading(),
                        each.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
