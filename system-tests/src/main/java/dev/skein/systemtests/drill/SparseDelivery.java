package dev.skein.systemtests.drill;

import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Publish;
import dev.skein.systemtests.history.Source;
import dev.skein.systemtests.traffic.Fleet;
import dev.skein.systemtests.traffic.RecordingPublisher;
import dev.skein.systemtests.wan.WanProfile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How far delivery in other regions is behind what the distance takes, when little is published: delivery minus (receipt at a client beside the
 * leader plus the one-way delay). Nothing else may be published meanwhile.
 */
final class SparseDelivery {

    /** The pace of publishing. */
    private static final long PERIOD_MILLIS = 200;

    private static final Duration ARRIVAL_TIMEOUT = Duration.ofSeconds(10);
    private static final double NANOS_PER_MILLI = 1e6;

    private final DrillPlan plan;
    private final Fleet fleet;
    private final History history;

    SparseDelivery(DrillPlan plan, Fleet fleet, History history) {
        this.plan = plan;
        this.fleet = fleet;
        this.history = history;
    }

    /** Publishes in the first region, where the channel is led, and answers the lag in each region, in milliseconds. */
    Map<String, List<Double>> measure(String channel) throws IOException, InterruptedException {
        Set<Long> ids = new HashSet<>();
        RecordingPublisher publisher = fleet.probe(plan.regions().get(0));
        long count = plan.latency().toMillis() / PERIOD_MILLIS;
        for (int i = 0; i < count; i++) {
            ids.add((long) publisher.publish(channel, "sparse", "message " + i));
            Thread.sleep(PERIOD_MILLIS);
        }
        long deadline = System.nanoTime() + ARRIVAL_TIMEOUT.toNanos();
        Map<String, List<Double>> lag = lag(ids);
        while (lag.values().stream().anyMatch(samples -> samples.size() < ids.size())) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "sparse messages were not delivered within " + ARRIVAL_TIMEOUT.toSeconds() + " s");
            }
            Thread.sleep(PERIOD_MILLIS);
            lag = lag(ids);
        }
        return lag;
    }

    private Map<String, List<Double>> lag(Set<Long> ids) {
        Map<String, List<Double>> lag = new LinkedHashMap<>();
        plan.regions().forEach(region -> lag.put(region, new ArrayList<>()));
        List<Source> sources = history.sources();
        history.sightings(seen -> {
            Publish publish = ids.contains(seen.id()) ? history.publish((int) seen.id()) : null;
            if (publish != null && publish.isAcknowledged()) {
                String region = sources.get(seen.source()).where();
                long behind = seen.nanos() - publish.returnedNanos();
                lag.getOrDefault(region, new ArrayList<>()).add(behind / NANOS_PER_MILLI - oneWayMillis(region));
            }
        });
        return lag;
    }

    private double oneWayMillis(String region) {
        int index = plan.regions().indexOf(region);
        return index == 0 ? 0 : WanProfile.named(plan.wan()).rttMillis(0, index) / 2.0;
    }
}
