package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.Durability;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A saturated system; see {@link Saturation}.
 *
 * @param skeinOnly whether it is about something of ours that the peers don't have
 */
record Throughput(String name, String about, List<Shape> shapes, boolean skeinOnly) implements Workload {

    static Throughput throughput() {
        List<Shape> shapes = new ArrayList<>();
        for (int payload : new int[] {100, 1_024}) {
            for (int shards : new int[] {1, 12, 96}) {
                shapes.add(Shape.of(payload, shards, 1));
                shapes.add(Shape.of(payload, shards, 10_000));
            }
        }
        return new Throughput(
                "throughput", "as many messages as are acknowledged, over shards and channels", shapes, false);
    }

    static Throughput hotChannel() {
        return new Throughput(
                "hot-channel",
                "the same with everything in one channel of a cluster with many shards",
                List.of(Shape.of(100, 12, 1), Shape.of(1_024, 12, 1)),
                false);
    }

    static Throughput slowDisk() {
        return new Throughput(
                "slow-disk",
                "throughput of Skein, and of Skein with each fdatasync made 2 ms slower",
                List.of(Shape.of(100, 12, 1_000)),
                true);
    }

    @Override
    public boolean suits(Target target) {
        return target.suits(name) && !(skeinOnly && !target.isSkein());
    }

    /** Without syncs to wait for, slow ones change nothing. */
    @Override
    public boolean suits(Durability durability) {
        return !skeinOnly || durability == Durability.FSYNC_QUORUM;
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        return new Saturation(target, shape, settings);
    }
}
