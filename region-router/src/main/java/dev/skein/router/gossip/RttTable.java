package dev.skein.router.gossip;

import dev.skein.proto.gossip.v1.MeasuredRtt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Round trips from this node to each region, as its own exchanges measured them. */
final class RttTable {

    /** Regions measured. Reached: further regions have no figures. */
    private static final int REGIONS_MAX = RecordChecks.REGIONS_MAX;

    /** Figures are told in these steps: finer ones are noise that would be told to everyone. */
    private static final long STEP_MICROS = 100;

    private final Map<String, RttWindow> byRegion = new TreeMap<>();

    void measured(String region, long rttNanos, long nowNanos) {
        RttWindow window = byRegion.get(region);
        if (window == null && byRegion.size() < REGIONS_MAX) {
            window = new RttWindow();
            byRegion.put(region, window);
        }
        if (window != null && rttNanos >= 0) {
            window.add(rttNanos / 1_000, nowNanos);
        }
    }

    List<MeasuredRtt> measured() {
        List<MeasuredRtt> rtts = new ArrayList<>(byRegion.size());
        byRegion.forEach((region, window) -> rtts.add(MeasuredRtt.newBuilder()
                .setRegion(region)
                .setMinMicros(step(window.minMicros()))
                .setSmoothedMicros(step(window.smoothedMicros()))
                .build()));
        return rtts;
    }

    private static long step(long micros) {
        return Math.max(STEP_MICROS, (micros + STEP_MICROS / 2) / STEP_MICROS * STEP_MICROS);
    }
}
