package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Usage;
import dev.skein.benchmarks.measure.UsageMeter;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.Durability;
import dev.skein.benchmarks.system.RunningRegions;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.Target;
import dev.skein.benchmarks.system.TargetClient;
import dev.skein.benchmarks.system.TargetClient.From;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Three regions of one node each, a publisher beside the home region's node, a subscriber beside each other one: how much longer than the distance
 * itself publishing and delivery take. The nearest region's answer makes the quorum, so its round trip is what an acknowledgement has to take.
 */
final class Regions implements Workload {

    private static final int RATE_MAX = 1_000;
    private static final int SECONDS_OF_BACKLOG = 10;
    private static final Duration DRAIN = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "regions";
    }

    @Override
    public String about() {
        return "three regions, 30, 60 and 75 ms apart: what publishing and delivery take beyond the distance";
    }

    @Override
    public List<Shape> shapes() {
        return List.of(Shape.of(100, 12, 12));
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
        return new Distances(regions, shape, settings);
    }

    private static final class Distances implements Exercise {

        private final RunningRegions target;
        private final Shape shape;
        private final Settings settings;
        private final int rate;
        private final Acks acks = new Acks(this::acked);
        private final LongAdder delivered = new LongAdder();
        private final List<TargetClient> clients = new ArrayList<>();
        private final PublishLoad load;

        /** Of the present run, by region. */
        private volatile Map<String, Journeys> journeys = Map.of();

        Distances(RunningRegions target, Shape shape, Settings settings) throws IOException {
            this.target = target;
            this.shape = shape;
            this.settings = settings;
            this.rate = Math.min(RATE_MAX, settings.ratePerSecond());
            List<String> channels = Measuring.channels(shape.channels());
            int backlog = rate * SECONDS_OF_BACKLOG;
            for (String region : others()) {
                TargetClient client = connect(region, backlog);
                client.subscribe(channels, From.NOW, payload -> arrived(region, Stamp.intendedNanos(payload)));
            }
            TargetClient publisher = connect(target.regions().get(0), backlog);
            load = new PublishLoad(publisher, channels, shape.payloadBytes(), backlog, acks);
            load.go(rate);
            Measuring.letPass(settings.warmup());
            settle();
        }

        private TargetClient connect(String region, int backlog) throws IOException {
            TargetClient client = target.connectIn(region, backlog);
            clients.add(client);
            return client;
        }

        private List<String> others() {
            return target.regions().subList(1, target.regions().size());
        }

        private void acked(long intendedNanos, long nowNanos) {
            journeys.values().forEach(each -> each.answered(intendedNanos, nowNanos));
        }

        private void arrived(String region, long intendedNanos) {
            delivered.increment();
            Journeys present = journeys.get(region);
            if (present != null) {
                present.delivered(intendedNanos, System.nanoTime());
            }
        }

        private void settle() throws IOException {
            load.drain(DRAIN);
            new Watch(delivered::sum).awaitOrGiveUp(acks.ackedCount() * others().size(), DRAIN);
        }

        @Override
        public Figures measure() throws IOException {
            target.awaitHome();
            long failed = acks.failedCount();
            long before = acks.ackedCount();
            UsageMeter meter = Measuring.meter(target);
            open(System.nanoTime());
            load.go(rate);
            Measuring.letPass(settings.measure());
            load.pause();
            Usage usage = meter.read();
            long messages = acks.ackedCount() - before;
            settle();
            Figures figures = Figures.none().with(Figure.MSGS_PER_SEC, messages / usage.seconds());
            figures = Measuring.publishLatency(figures, acks.latencies().take());
            figures = beyond(figures);
            figures = Measuring.cost(figures, usage, messages, messages * shape.payloadBytes());
            long undelivered = Math.max(0, acks.ackedCount() * others().size() - delivered.sum());
            return figures.with(Figure.FAILED, acks.failedCount() - failed + acks.inFlight() + undelivered);
        }

        private void open(long startNanos) {
            long interval = TimeUnit.SECONDS.toNanos(1) / rate;
            int messages = (int) (settings.measure().toNanos() / interval);
            Map<String, Journeys> fresh = new ConcurrentHashMap<>();
            others().forEach(region -> fresh.put(region, new Journeys(startNanos, interval, messages)));
            acks.latencies().open(startNanos);
            journeys = fresh;
        }

        /** The worse region counts, at each percentile. */
        private Figures beyond(Figures figures) {
            String home = target.regions().get(0);
            double nearestMillis = others().stream()
                            .mapToLong(region -> target.rttNanos(home, region))
                            .min()
                            .orElse(0)
                    / 1e6;
            double p50 = Double.NEGATIVE_INFINITY;
            double p99 = Double.NEGATIVE_INFINITY;
            for (Map.Entry<String, Journeys> each : journeys.entrySet()) {
                double[] sorted = each.getValue().deliveryBeyond(target.rttNanos(home, each.getKey()) / 2);
                p50 = Math.max(p50, Journeys.percentile(sorted, 0.5));
                p99 = Math.max(p99, Journeys.percentile(sorted, 0.99));
            }
            return figures.with(
                            Figure.ACK_BEYOND_P50_MS, figures.get(Figure.P50_MS).orElse(Double.NaN) - nearestMillis)
                    .with(Figure.ACK_BEYOND_P99_MS, figures.get(Figure.P99_MS).orElse(Double.NaN) - nearestMillis)
                    .with(Figure.DELIVERY_BEYOND_P50_MS, p50)
                    .with(Figure.DELIVERY_BEYOND_P99_MS, p99);
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
