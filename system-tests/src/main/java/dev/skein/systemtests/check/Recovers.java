package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Publish;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long nothing came back: for every region's probes on every probe channel the receipts, and for every region's full subscriber the
 * deliveries. After the end of each trouble the next one comes within a bound; in a trouble that has to be survived no standstill is longer
 * than another bound.
 */
public final class Recovers {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final History history;
    private final List<Trouble> troubles;
    private final Map<Line, long[]> lines = new HashMap<>();

    /** What came back to whom. */
    private record Line(String what, String region, int channel) {}

    /**
     * Bounds in milliseconds.
     *
     * @param recovery from the end of a trouble until something comes
     * @param standstill longest in a trouble that has to be survived
     */
    public record Bounds(long recovery, long standstill) {}

    private Recovers(History history, List<Trouble> troubles) {
        this.history = history;
        this.troubles = List.copyOf(troubles);
        Map<Line, Instants> instants = new HashMap<>();
        history.publishes(publish -> note(publish, instants));
        List<Source> sources = history.sources();
        Map<Integer, Boolean> probed = new HashMap<>();
        instants.keySet().forEach(line -> probed.put(line.channel(), true));
        history.sightings(seen -> note(seen, sources.get(seen.source()), probed, instants));
        instants.forEach((line, nanos) -> lines.put(line, nanos.sorted()));
    }

    /** Arranges a finished history. */
    public static Recovers of(History history, List<Trouble> troubles) {
        return new Recovers(history, troubles);
    }

    private void note(Publish publish, Map<Line, Instants> instants) {
        Client client = history.client(publish.client());
        if (client.role().equals("probe") && publish.isAcknowledged()) {
            instants.computeIfAbsent(new Line("receipt", client.region(), publish.channel()), unseen -> new Instants())
                    .add(publish.returnedNanos());
        }
    }

    private static void note(Sighting seen, Source source, Map<Integer, Boolean> probed, Map<Line, Instants> instants) {
        if (source.kind() == Source.Kind.SUBSCRIBER && probed.containsKey(seen.channel())) {
            instants.computeIfAbsent(new Line("delivery", source.where(), seen.channel()), unseen -> new Instants())
                    .add(seen.nanos());
        }
    }

    /** Judges every line in every trouble. */
    public Verdict check(Bounds bounds) {
        Finding finding = new Finding(Promise.RECOVERS, "channels watched in troubles");
        for (Trouble trouble : troubles) {
            lines.forEach((line, nanos) -> {
                finding.looked();
                judge(trouble, line, nanos, bounds, finding);
            });
        }
        return finding.verdict();
    }

    private void judge(Trouble trouble, Line line, long[] nanos, Bounds bounds, Finding finding) {
        int next = after(nanos, trouble.healedNanos());
        boolean never = next == nanos.length;
        long waited = never ? -1 : (nanos[next] - trouble.healedNanos()) / NANOS_PER_MILLI;
        if (never || waited > bounds.recovery()) {
            finding.broken(
                    "after %s: no %s in %s on %s %s (expected: within %d ms)",
                    trouble.name(),
                    line.what(),
                    line.region(),
                    history.channelName(line.channel()),
                    never ? "at all" : "for " + waited + " ms",
                    bounds.recovery());
        }
        long stood = standstillMillis(nanos, trouble);
        long longest = trouble.standstillMillisMax() > 0 ? trouble.standstillMillisMax() : bounds.standstill();
        if (trouble.survivable() && stood > longest) {
            finding.broken(
                    "in %s: no %s in %s on %s for %d ms (expected: at most %d)",
                    trouble.name(), line.what(), line.region(), history.channelName(line.channel()), stood, longest);
        }
    }

    /** The longest time without a receipt, or a delivery, from the trouble's beginning on; over all regions and channels. */
    public long longestMillis(Trouble trouble) {
        return lines.values().stream()
                .mapToLong(nanos -> standstillMillis(nanos, trouble))
                .max()
                .orElse(0);
    }

    private static long standstillMillis(long[] nanos, Trouble trouble) {
        long longest = 0;
        for (int i = Math.max(1, after(nanos, trouble.beginNanos())); i < nanos.length; i++) {
            if (nanos[i - 1] > trouble.healedNanos()) {
                break;
            }
            // What stood still before belongs to the trouble before.
            longest = Math.max(longest, nanos[i] - Math.max(nanos[i - 1], trouble.beginNanos()));
        }
        return longest / NANOS_PER_MILLI;
    }

    /** The index of the first instant that is not before the moment. */
    private static int after(long[] nanos, long moment) {
        int at = Arrays.binarySearch(nanos, moment);
        return at >= 0 ? at : -at - 1;
    }

    /** A growing array of instants. */
    private static final class Instants {
        private long[] nanos = new long[256];
        private int count;

        void add(long instant) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = instant;
        }

        long[] sorted() {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return sorted;
        }
    }
}
