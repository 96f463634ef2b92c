package dev.skein.server.console;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures of this node over the last minutes, one of each for every look. Used by one thread. */
final class Samples {

    private static final int KEPT = 180;
    private static final double NANOS_A_SECOND = 1e9;
    private static final double NANOS_A_MILLI = 1e6;

    private final MetricRegistry metrics;
    private final Meter published;
    private final Meter delivered;
    private final Timer acknowledged;
    private final Timer latency;
    private final Map<String, ArrayDeque<Double>> lines = new LinkedHashMap<>();
    private long lastNanos;
    private long lastPublished;
    private long lastDelivered;
    private boolean begun;

    Samples(MetricRegistry metrics) {
        this.metrics = metrics;
        this.published = metrics.meter("publish.messages");
        this.delivered = metrics.meter("deliver.messages");
        this.acknowledged = metrics.timer("publish.ack");
        this.latency = metrics.timer("deliver.latency");
    }

    void take(long nowNanos) {
        long nowPublished = published.getCount();
        long nowDelivered = delivered.getCount();
        double seconds = (nowNanos - lastNanos) / NANOS_A_SECOND;
        if (begun && seconds > 0) {
            Snapshot acks = acknowledged.getSnapshot();
            Snapshot deliveries = latency.getSnapshot();
            add("publishedPerSecond", (nowPublished - lastPublished) / seconds);
            add("deliveredPerSecond", (nowDelivered - lastDelivered) / seconds);
            add("ackP50Ms", acks.getMedian() / NANOS_A_MILLI);
            add("ackP99Ms", acks.get99thPercentile() / NANOS_A_MILLI);
            add("deliveryP50Ms", deliveries.getMedian() / NANOS_A_MILLI);
            add("deliveryP99Ms", deliveries.get99thPercentile() / NANOS_A_MILLI);
            add("sessions", gauge("sessions.open") + gauge("edge.sessions"));
        }
        begun = true;
        lastNanos = nowNanos;
        lastPublished = nowPublished;
        lastDelivered = nowDelivered;
    }

    /** The oldest first, of each figure as many. */
    Map<String, List<Double>> lines() {
        Map<String, List<Double>> copies = new LinkedHashMap<>();
        lines.forEach((name, line) -> copies.put(name, List.copyOf(line)));
        return copies;
    }

    private void add(String name, double value) {
        ArrayDeque<Double> line = lines.computeIfAbsent(name, each -> new ArrayDeque<>(KEPT));
        if (line.size() == KEPT) {
            line.remove();
        }
        line.add(Math.round(value * 100) / 100.0);
    }

    private double gauge(String name) {
        Gauge<?> gauge = metrics.getGauges().get(name);
        return gauge != null && gauge.getValue() instanceof Number number ? number.doubleValue() : 0;
    }
}
