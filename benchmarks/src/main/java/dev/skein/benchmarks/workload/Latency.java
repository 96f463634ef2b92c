package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.LatencyRecorder;
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

/** At a fixed, modest rate: how long from a message's intended time to its acknowledgement, and to its delivery to a subscriber of every channel. */
final class Latency implements Workload {

    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final int SECONDS_OF_BACKLOG = 10;

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String about() {
        return "publish to acknowledgement and to delivery at a fixed rate";
    }

    @Override
    public List<Shape> shapes() {
        return List.of(Shape.of(100, 12, 100));
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        return new FixedRate(target, shape, settings);
    }

    private static final class FixedRate implements Exercise {

        private final RunningTarget target;
        private final Shape shape;
        private final Settings settings;
        private final Acks acks = new Acks();
        private final LatencyRecorder deliveries = new LatencyRecorder();
        private final LongAdder delivered = new LongAdder();
        private final TargetClient publisher;
        private final TargetClient subscriber;
        private final PublishLoad load;

        FixedRate(RunningTarget target, Shape shape, Settings settings) throws IOException {
            this.target = target;
            this.shape = shape;
            this.settings = settings;
            List<String> channels = Measuring.channels(shape.channels());
            int backlog = settings.ratePerSecond() * SECONDS_OF_BACKLOG;
            subscriber = target.connect(Aim.LATENCY, backlog);
            publisher = target.connect(Aim.LATENCY, backlog);
            load = new PublishLoad(publisher, channels, shape.payloadBytes(), backlog, acks);
            subscriber.subscribe(channels, From.NOW, payload -> {
                deliveries.record(Stamp.intendedNanos(payload), System.nanoTime());
                delivered.increment();
            });
            load.go(settings.ratePerSecond());
            Measuring.letPass(settings.warmup());
            settle();
        }

        /** Lets the load end and everything arrive. */
        private void settle() throws IOException {
            load.drain(DRAIN);
            long deadline = System.nanoTime() + DRAIN.toNanos();
            while (delivered.sum() < acks.ackedCount() && System.nanoTime() - deadline < 0) {
                Measuring.letPass(Duration.ofMillis(5));
            }
        }

        @Override
        public Figures measure() throws IOException {
            long failed = acks.failedCount();
            UsageMeter meter = Measuring.meter(target);
            long before = acks.ackedCount();
            long start = System.nanoTime();
            acks.latencies().open(start);
            deliveries.open(start);
            load.go(settings.ratePerSecond());
            Measuring.letPass(settings.measure());
            load.pause();
            Usage usage = meter.read();
            long messages = acks.ackedCount() - before;
            settle();
            Figures figures = Figures.none().with(Figure.MSGS_PER_SEC, messages / usage.seconds());
            figures = Measuring.publishLatency(figures, acks.latencies().take());
            figures = Measuring.deliveryLatency(figures, deliveries.take());
            figures = Measuring.cost(figures, usage, messages, messages * shape.payloadBytes());
            long undelivered = Math.max(0, acks.ackedCount() - delivered.sum());
            return figures.with(Figure.FAILED, acks.failedCount() - failed + acks.inFlight() + undelivered);
        }

        @Override
        public String note() {
            return acks.note();
        }

        @Override
        public void close() {
            load.close();
            publisher.close();
            subscriber.close();
        }
    }
}
