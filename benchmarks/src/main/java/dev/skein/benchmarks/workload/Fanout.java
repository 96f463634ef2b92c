package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.LatencyRecorder;
import dev.skein.benchmarks.measure.Usage;
import dev.skein.benchmarks.measure.UsageMeter;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.RunningTarget.Aim;
import dev.skein.benchmarks.system.Target;
import dev.skein.benchmarks.system.TargetClient;
import dev.skein.benchmarks.system.TargetClient.From;
import dev.skein.benchmarks.system.TargetClient.Receiver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

/**
 * One channel, one publisher, many subscriptions: how many copies a second arrive when the next messages are published as earlier ones have
 * arrived everywhere. Latencies are publish to delivery of that saturated system; processor time is for a million copies.
 *
 * @param by what the subscriptions come in by
 */
record Fanout(String name, String about, By by) implements Workload {

    /** What a subscription has of its own. */
    private enum By {
        /** Nothing: all share the clients of a few connections. */
        CONNECTIONS,
        /** A stream of a connection. */
        STREAMS,
        /** A WebSocket to the edge. */
        SOCKETS
    }

    private static final Duration DRAIN = Duration.ofSeconds(15);

    /** Messages, not copies: a thousand copies of each are on their way. */
    private static final int WINDOW_MIN = 16;

    /** A pass over thousands of sockets takes a while, and is worth more the more messages wait for it. */
    private static final int SOCKETS_WINDOW_MIN = 64;

    private static final int WINDOW_MAX = 4_000;

    static Fanout overConnections() {
        return new Fanout("fanout", "copies a second to subscriptions that share a few connections", By.CONNECTIONS);
    }

    static Fanout overStreams() {
        return new Fanout(
                "fanout-streams", "copies a second to subscribers with a stream each, all at one node", By.STREAMS);
    }

    static Fanout overSockets() {
        return new Fanout(
                "fanout-sockets", "copies a second to subscribers with a WebSocket each, all at one node", By.SOCKETS);
    }

    @Override
    public List<Shape> shapes() {
        return List.of(new Shape(100, 1, 1, 1_000), new Shape(100, 1, 1, 10_000));
    }

    /** Kafka has no subscription lighter than a consumer with threads and connections of its own. */
    @Override
    public boolean suits(Target target) {
        return target.suits(name)
                && !target.name().equals("kafka")
                && (by == By.CONNECTIONS || !target.name().equals("nats"))
                && (by != By.SOCKETS || target.isSkein());
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        return new Copies(target, shape, settings);
    }

    private final class Copies implements Exercise {

        private final RunningTarget target;
        private final Shape shape;
        private final Settings settings;
        private final Acks acks = new Acks();
        private final LatencyRecorder deliveries = new LatencyRecorder();
        private final LongAdder copies = new LongAdder();
        private final List<TargetClient> clients = new ArrayList<>();
        private final PublishLoad load;

        Copies(RunningTarget target, Shape shape, Settings settings) throws IOException {
            this.target = target;
            this.shape = shape;
            this.settings = settings;
            List<String> channels = Measuring.channels(1);
            Receiver receiver = payload -> {
                deliveries.record(Stamp.intendedNanos(payload), System.nanoTime());
                copies.increment();
            };
            subscribe(channels.get(0), receiver);
            TargetClient publisher = target.connect(Aim.THROUGHPUT, WINDOW_MAX);
            clients.add(publisher);
            load = PublishLoad.completing(
                    publisher,
                    channels,
                    new Stamp(shape.payloadBytes(), new Random(1)),
                    new SendWindow(by == By.SOCKETS ? SOCKETS_WINDOW_MIN : WINDOW_MIN, WINDOW_MAX, System.nanoTime()),
                    acks,
                    () -> copies.sum() / shape.subscribers());
            load.go(0);
            Measuring.letPass(settings.warmup());
        }

        private void subscribe(String channel, Receiver receiver) throws IOException {
            int connections = Math.min(settings.connections(), shape.subscribers());
            if (by != By.CONNECTIONS) {
                TargetClient client = by == By.STREAMS ? target.connectStreams(connections) : target.connectSockets();
                clients.add(client);
                client.subscribe(Collections.nCopies(shape.subscribers(), channel), From.NOW, receiver);
                return;
            }
            for (int i = 0; i < connections; i++) {
                TargetClient client = target.connect(Aim.THROUGHPUT, WINDOW_MAX);
                clients.add(client);
                int share = shape.subscribers() / connections + (i < shape.subscribers() % connections ? 1 : 0);
                client.subscribe(Collections.nCopies(share, channel), From.NOW, receiver);
            }
        }

        @Override
        public Figures measure() throws IOException {
            UsageMeter meter = Measuring.meter(target);
            long copiesBefore = copies.sum();
            long ackedBefore = acks.ackedCount();
            deliveries.openForAnswers();
            Measuring.letPass(settings.measure());
            long arrived = copies.sum() - copiesBefore;
            long messages = acks.ackedCount() - ackedBefore;
            Usage usage = meter.read();
            Figures figures = Figures.none()
                    .with(Figure.MSGS_PER_SEC, messages / usage.seconds())
                    .with(Figure.DELIVERIES_PER_SEC, arrived / usage.seconds());
            figures = Measuring.publishLatency(figures, deliveries.take());
            figures = Measuring.cost(figures, usage, arrived, messages * shape.payloadBytes());
            return figures.with(Figure.FAILED, acks.failedCount());
        }

        @Override
        public String note() {
            return acks.note();
        }

        @Override
        public void close() {
            load.drain(DRAIN);
            load.close();
            clients.forEach(TargetClient::close);
        }
    }
}
