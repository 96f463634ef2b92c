package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Latencies;
import dev.skein.benchmarks.measure.LatencyRecorder;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.Durability;
import dev.skein.benchmarks.system.EdgeFleet;
import dev.skein.benchmarks.system.RunningRegions;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.ServerProcess;
import dev.skein.benchmarks.system.Target;
import dev.skein.benchmarks.system.TargetClient;
import dev.skein.benchmarks.system.TargetClient.From;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Thousands of WebSockets are in one region, whose process is killed: when they go on elsewhere, and what the clients of the other regions feel of
 * it. The shards are led in the home region, which stays.
 */
final class SocketOutage implements Workload {

    private static final int RATE_MAX = 200;
    private static final int SECONDS_OF_BACKLOG = 30;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration DURING_MIN = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration STILL = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "socket-outage";
    }

    @Override
    public String about() {
        return "WebSockets of a region whose process is killed: when they go on elsewhere, and what the others feel of it";
    }

    @Override
    public List<Shape> shapes() {
        return List.of(new Shape(100, 12, 100, 10_000));
    }

    @Override
    public boolean suits(Target target) {
        return target.isSkein() && target.suits(name());
    }

    @Override
    public boolean suits(Durability durability) {
        return durability == Durability.FSYNC_QUORUM;
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        if (!(target instanceof RunningRegions regions)) {
            throw new IOException("the system has no regions");
        }
        return new Outages(regions, shape, settings);
    }

    private static final class Outages implements Exercise {

        private final RunningRegions target;
        private final Shape shape;
        private final Settings settings;
        private final int rate;
        private final Acks acks = new Acks();
        private final LatencyRecorder others = new LatencyRecorder();
        private final List<TargetClient> clients = new ArrayList<>();
        private final PublishLoad load;

        Outages(RunningRegions target, Shape shape, Settings settings) throws IOException {
            this.target = target;
            this.shape = shape;
            this.settings = settings;
            this.rate = Math.min(RATE_MAX, settings.ratePerSecond());
            int backlog = rate * SECONDS_OF_BACKLOG;
            List<String> channels = Measuring.channels(shape.channels());
            for (String region : target.regions().subList(0, target.regions().size() - 1)) {
                TargetClient client = target.connectIn(region, backlog);
                clients.add(client);
                client.subscribe(
                        channels, From.NOW, payload -> others.record(Stamp.intendedNanos(payload), System.nanoTime()));
            }
            TargetClient publisher = target.connectIn(target.regions().get(0), backlog);
            clients.add(publisher);
            load = new PublishLoad(publisher, channels, shape.payloadBytes(), backlog, acks);
            load.go(rate);
            // Each channel has a message by then.
            Measuring.letPass(settings.warmup());
        }

        @Override
        public Figures measure() throws IOException {
            target.awaitHome();
            String region = target.regions().get(target.regions().size() - 1);
            ServerProcess lost = target.serverIn(region);
            try (EdgeFleet fleet = target.connectFleet(region, channelOfEach())) {
                Measuring.letPass(settings.warmup());
                others.open(System.nanoTime());
                Measuring.letPass(settings.measure());
                Latencies before = others.take();
                long failed = acks.failedCount();
                long start = System.nanoTime();
                others.open(start);
                lost.kill();
                awaitResumed(fleet, start);
                Latencies during = others.take();
                // Nothing more is published, so that what is still to come does.
                load.pause();
                new Watch(fleet::delivered).awaitOrGiveUp(Long.MAX_VALUE, STILL);
                return figures(fleet, start, before, during).with(Figure.FAILED, acks.failedCount() - failed);
            } finally {
                lost.restart();
                target.awaitWhole();
                load.go(rate);
            }
        }

        private List<String> channelOfEach() {
            List<String> channels = Measuring.channels(shape.channels());
            List<String> each = new ArrayList<>(shape.subscribers());
            for (int i = 0; i < shape.subscribers(); i++) {
                each.add(channels.get(i % channels.size()));
            }
            return each;
        }

        private void awaitResumed(EdgeFleet fleet, long start) throws IOException {
            while (System.nanoTime() - start < DURING_MIN.toNanos()
                    || fleet.resumed() < fleet.size() && System.nanoTime() - start < LONGEST.toNanos()) {
                Measuring.letPass(POLL);
            }
        }

        private static Figures figures(EdgeFleet fleet, long start, Latencies before, Latencies during) {
            double[] after = fleet.resumedAfter(start);
            Figures figures = Figures.none()
                    .with(Figure.RESUMED_PERCENT, 100.0 * after.length / fleet.size())
                    .with(Figure.OTHERS_BEFORE_P99_MS, before.p99Ms())
                    .with(Figure.OTHERS_DURING_P99_MS, during.p99Ms())
                    .with(Figure.GAPS, fleet.gaps())
                    .with(Figure.DUPLICATES, fleet.duplicates());
            return after.length == 0
                    ? figures
                    : figures.with(Figure.RESUMED_P50_MS, Journeys.percentile(after, 0.5))
                            .with(Figure.RESUMED_P99_MS, Journeys.percentile(after, 0.99));
        }

        @Override
        public String note() {
            return acks.note();
        }

        @Override
        public void close() {
            load.close();
            clients.forEach(TargetClient::close);
        }
    }
}
