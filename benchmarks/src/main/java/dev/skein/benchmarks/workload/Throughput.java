package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Usage;
import dev.skein.benchmarks.measure.UsageMeter;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.RunningTarget.Aim;
import dev.skein.benchmarks.system.TargetClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * As many messages a second as the system acknowledges, with a bounded number unanswered. Latencies are those of a saturated system: mostly
 * the time in queues. {@code channels} is the same exercise with very many channels.
 */
record Throughput(String name, String about, List<Shape> shapes) implements Workload {

    private static final Duration DRAIN = Duration.ofSeconds(15);

    static Throughput throughput() {
        List<Shape> shapes = new ArrayList<>();
        for (int payload : new int[] {100, 1_024}) {
            for (int shards : new int[] {1, 12, 96}) {
                shapes.add(Shape.of(payload, shards, 1));
                shapes.add(Shape.of(payload, shards, 10_000));
            }
        }
        return new Throughput("throughput", "messages acknowledged a second, saturated", List.copyOf(shapes));
    }

    static Throughput channels() {
        return new Throughput(
                "channels",
                "the same with few and with very many channels",
                List.of(Shape.of(100, 12, 1_000), Shape.of(100, 12, 100_000), Shape.of(100, 96, 1_000_000)));
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        return new Saturation(target, shape, settings);
    }

    private static final class Saturation implements Exercise {

        private final RunningTarget target;
        private final Shape shape;
        private final Settings settings;
        private final Acks acks = new Acks();
        private final List<TargetClient> clients = new ArrayList<>();
        private final List<PublishLoad> loads = new ArrayList<>();

        Saturation(RunningTarget target, Shape shape, Settings settings) throws IOException {
            this.target = target;
            this.shape = shape;
            this.settings = settings;
            List<String> channels = Measuring.channels(shape.channels());
            int inFlight = settings.inFlightMax(shape.payloadBytes());
            for (int i = 0; i < settings.clients(); i++) {
                TargetClient client = target.connect(Aim.THROUGHPUT, inFlight);
                clients.add(client);
                loads.add(new PublishLoad(client, channels, shape.payloadBytes(), inFlight, acks));
            }
            loads.forEach(load -> load.go(0));
            Measuring.letPass(settings.warmup());
        }

        @Override
        public Figures measure() throws IOException {
            loads.forEach(load -> load.go(0));
            long failed = acks.failedCount();
            UsageMeter meter = Measuring.meter(target);
            long before = acks.ackedCount();
            acks.latencies().openForAnswers();
            Measuring.letPass(settings.measure());
            long messages = acks.ackedCount() - before;
            Usage usage = meter.read();
            Figures figures = Figures.none().with(Figure.MSGS_PER_SEC, messages / usage.seconds());
            figures = Measuring.publishLatency(figures, acks.latencies().take());
            figures = Measuring.cost(figures, usage, messages, messages * shape.payloadBytes());
            return figures.with(Figure.FAILED, acks.failedCount() - failed);
        }

        @Override
        public String note() {
            return acks.note();
        }

        @Override
        public void close() {
            loads.forEach(PublishLoad::pause);
            loads.forEach(load -> load.drain(DRAIN));
            loads.forEach(PublishLoad::close);
            clients.forEach(TargetClient::close);
        }
    }
}
