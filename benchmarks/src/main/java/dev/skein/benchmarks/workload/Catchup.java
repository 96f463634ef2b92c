package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Usage;
import dev.skein.benchmarks.measure.UsageMeter;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.RunningTarget.Aim;
import dev.skein.benchmarks.system.TargetClient;
import dev.skein.benchmarks.system.TargetClient.From;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Reads everything from the start with one new client, as fast as it comes. */
final class Catchup implements Workload {

    private static final Duration DRAIN = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "catchup";
    }

    @Override
    public String about() {
        return "reading everything from the start";
    }

    @Override
    public List<Shape> shapes() {
        return List.of(Shape.of(1_024, 12, 12));
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        List<String> channels = Measuring.channels(shape.channels());
        int inFlight = settings.inFlightMax(shape.payloadBytes());
        Acks acks = new Acks();
        try (TargetClient client = target.connect(Aim.THROUGHPUT, inFlight);
                PublishLoad load = new PublishLoad(client, channels, shape.payloadBytes(), inFlight, acks)) {
            load.go(0);
            new Watch(acks::ackedCount).await("publishing", settings.catchupMessages());
            load.drain(DRAIN);
        }
        return new Reading(target, shape, channels, acks.ackedCount());
    }

    private record Reading(RunningTarget target, Shape shape, List<String> channels, long messages)
            implements Exercise {

        @Override
        public Figures measure() throws IOException {
            LongAdder read = new LongAdder();
            UsageMeter meter = Measuring.meter(target);
            try (TargetClient client = target.connect(Aim.THROUGHPUT, 1)) {
                AutoCloseable subscription = client.subscribe(channels, From.BEGINNING, payload -> read.increment());
                new Watch(read::sum).await("reading", messages);
                Usage usage = meter.read();
                Measuring.end(subscription);
                Figures figures = Figures.none().with(Figure.MSGS_PER_SEC, messages / usage.seconds());
                return Measuring.cost(figures, usage, messages, messages * shape.payloadBytes())
                        .without(Figure.BYTES_WRITTEN);
            }
        }

        @Override
        public void close() {}
    }
}
