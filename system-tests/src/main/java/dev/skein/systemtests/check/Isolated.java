package dev.skein.systemtests.check;

import dev.skein.systemtests.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Slow clients are let go with a reason of their own, and the probes' 99th percentile while they are there stays within one and a half of
 * what it is otherwise, or within a floor under which this machine's own noise is.
 */
public final class Isolated {

    private static final String REASON = "SLOW_CONSUMER";
    private static final double FACTOR = 1.5;
    private static final double NANOS_PER_MILLI = 1e6;

    private Isolated() {}

    /**
     * A verdict.
     *
     * @param reasons with which slow clients were ended
     * @param slow when they were there
     * @param floorMillis a 99th percentile that is always good enough
     */
    public static Verdict check(History history, List<String> reasons, List<Trouble> slow, long floorMillis) {
        Finding finding = new Finding(Promise.ISOLATED, "slow clients, and times they were there");
        for (String reason : reasons) {
            finding.looked();
            if (!reason.endsWith(REASON)) {
                finding.broken("a slow client was ended with: %s (expected: %s)", reason, REASON);
            }
        }
        List<Double> calm = new ArrayList<>();
        List<Double> troubled = new ArrayList<>();
        history.publishes(publish -> {
            if (publish.isAcknowledged()
                    && history.client(publish.client()).role().equals("probe")) {
                boolean there = slow.stream()
                        .anyMatch(each -> publish.invokedNanos() > each.beginNanos()
                                && publish.invokedNanos() < each.healedNanos());
                (there ? troubled : calm).add((publish.returnedNanos() - publish.invokedNanos()) / NANOS_PER_MILLI);
            }
        });
        if (!slow.isEmpty() && !troubled.isEmpty()) {
            finding.looked();
            double most = Math.max(floorMillis, FACTOR * p99(calm));
            if (p99(troubled) > most) {
                finding.broken(
                        "%s",
                        String.format(
                                Locale.ROOT,
                                "99th percentile of probes beside slow clients: %.0f ms (expected: at most %.0f)",
                                p99(troubled),
                                most));
            }
        }
        return finding.verdict();
    }

    private static double p99(List<Double> samples) {
        if (samples.isEmpty()) {
            return 0;
        }
        List<Double> sorted = samples.stream().sorted().toList();
        return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
    }
}
