package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Usage;
import dev.skein.benchmarks.measure.UsageMeter;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.RunningTarget;
import java.io.IOException;
import java.util.List;

/** Nobody does anything: what the servers take to stay alive. */
final class Idle implements Workload {

    private static final double MIB = 1 << 20;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String about() {
        return "processor time and memory of servers without clients";
    }

    @Override
    public List<Shape> shapes() {
        return List.of(Shape.of(0, 96, 0));
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        Measuring.letPass(settings.warmup());
        return new Rest(target, settings);
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
