package dev.skein.router;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import dev.skein.router.RouterNode.MemberState;
import dev.skein.router.RouterNode.MemberView;
import dev.skein.router.routes.RttMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The router's meters and gauges; all names begin with {@code router.}. */
final class RouterMetrics {

    private final MetricRegistry registry;
    private final Set<RttMap.Pair> shown = new HashSet<>();
    final Meter exchanges;
    final Meter failures;
    final Meter served;
    final Meter refused;
    final Meter resolves;
    final Meter pushes;

    RouterMetrics(MetricRegistry registry) {
        this.registry = registry;
        this.exchanges = registry.meter("router.gossip.exchanges");
        this.failures = registry.meter("router.gossip.failures");
        this.served = registry.meter("router.gossip.served");
        this.refused = registry.meter("router.gossip.refused");
        this.resolves = registry.meter("router.resolves");
        this.pushes = registry.meter("router.pushes");
    }

    void members(Supplier<List<MemberView>> members) {
        for (MemberState state : MemberState.values()) {
            gauge(
                    "router.members." + state.name().toLowerCase(Locale.ROOT),
                    () -> members.get().stream().filter(m -> m.state() == state).count());
        }
    }

    void gauge(String name, LongSupplier value) {
        registry.gauge(name, () -> (Gauge<Long>) value::getAsLong);
    }

    /** A gauge for each way out of this region; regions are few and limited by gossip. */
    void rtts(Set<RttMap.Pair> pairs, String ownRegion, Supplier<RttMap> map) {
        for (RttMap.Pair pair : pairs) {
            if (pair.from().equals(ownRegion) && shown.add(pair)) {
                gauge(
                        MetricRegistry.name("router.rtt.micros", pair.from(), pair.to()),
                        () -> map.get().smoothedMicros(pair.from(), pair.to()).orElse(0));
            }
        }
    }
}
