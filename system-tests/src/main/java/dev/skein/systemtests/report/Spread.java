package dev.skein.systemtests.report;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Of some samples: nearest-rank percentiles and the largest.
 *
 * @param count of samples; the rest is 0 without any
 */
public record Spread(int count, double p50, double p99, double max) {

    static Spread of(Collection<Double> samples) {
        List<Double> sorted = samples.stream().sorted().toList();
        int count = sorted.size();
        return count == 0
                ? new Spread(0, 0, 0, 0)
                : new Spread(count, at(sorted, 0.5), at(sorted, 0.99), sorted.get(count - 1));
    }

    private static double at(List<Double> sorted, double part) {
        return sorted.get((int) Math.max(0, Math.ceil(part * sorted.size()) - 1));
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("p50", rounded(p50));
        json.put("p99", rounded(p99));
        json.put("max", rounded(max));
        json.put("samples", count);
        return json;
    }

    private static double rounded(double millis) {
        return Math.round(millis * 10) / 10.0;
    }
}
