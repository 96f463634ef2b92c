package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Usage;
import dev.skein.benchmarks.measure.UsageMeter;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Row;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.RunningTarget;
import java.io.IOException;
import java.util.List;

/** Nobody does anything: what the servers take to stay alive, and what a shard's replica adds to it. */
final class Idle implements Workload {

    private static final double MIB = 1 << 20;
    private static final double KIB_A_MIB = 1 << 10;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String about() {
        return "processor time and memory of three servers with 12 and with 96 shards and no client";
    }

    @Override
    public List<Shape> shapes() {
        return List.of(Shape.of(0, 12, 0), Shape.of(0, 96, 0));
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        Measuring.letPass(settings.warmup());
        return new Rest(target, settings);
    }

    /** Every server has a replica of every shard: what more shards add is divided by how many more there are. */
    @Override
    public List<Row> finish(List<Row> rows) {
        return rows.stream().map(row -> withReplicas(row, rows)).toList();
    }

    private static Row withReplicas(Row row, List<Row> rows) {
        for (Row base : rows) {
            int more = row.shape().shards() - base.shape().shards();
            if (more > 0 && row.isSameSystemAs(base)) {
                double kib = (memory(row) - memory(base)) * KIB_A_MIB / more;
                return row.with(row.figures().with(Figure.RESIDENT_PER_REPLICA, kib));
            }
        }
        return row;
    }

    private static double memory(Row row) {
        return row.figures().get(Figure.RSS_MIB).orElse(Double.NaN);
    }

    private record Rest(RunningTarget target, Settings settings) implements Exercise {

        @Override
        public Figures measure() throws IOException {
            UsageMeter meter = Measuring.meter(target);
            Measuring.letPass(settings.measure());
            Usage usage = meter.read();
            return Figures.none()
                    .with(Figure.IDLE_CPU, usage.serverCpuSeconds() / usage.seconds() * 100)
                    .with(Figure.RSS_MIB, usage.residentBytes() / MIB);
        }

        @Override
        public void close() {}
    }
}
