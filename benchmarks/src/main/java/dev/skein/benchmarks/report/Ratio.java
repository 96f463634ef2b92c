package dev.skein.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A row of ours divided by a peer's row of the same exercise, or by another one of ours.
 *
 * @param values by figure, where both have one and the peer's isn't 0
 */
public record Ratio(Row ours, Row theirs, Map<Figure, Double> values) {

    private static final List<Figure> COMPARED = List.of(
            Figure.MSGS_PER_SEC,
            Figure.DELIVERIES_PER_SEC,
            Figure.P50_MS,
            Figure.P99_MS,
            Figure.DELIVERY_P99_MS,
            Figure.GAP_P99_MS,
            Figure.SERVER_CPU,
            Figure.CLIENT_CPU,
            Figure.IDLE_CPU);

    /**
     * Every row of the first system against every comparable row of the others. A weaker durability of ours is not held against a stronger one of theirs.
     */
    public static List<Ratio> of(List<Row> rows, String ours, String strongest) {
        List<Ratio> ratios = new ArrayList<>();
        for (Row row : rows) {
            for (Row peer : rows) {
                boolean pair = row.system().equals(ours) && isPeer(peer, ours) && row.isComparableWith(peer);
                boolean fair =
                        row.durability().equals(strongest) || !peer.durability().equals(strongest);
                if (pair && fair) {
                    ratios.add(between(row, peer));
                }
            }
        }
        return ratios;
    }

    private static boolean isPeer(Row row, String ours) {
        return !row.system().equals(ours) && !row.system().startsWith(ours + "-");
    }

    /**
     * Rows of one system against each other: a variant of it against itself, and more channels against the fewest.
     */
    public static List<Ratio> within(List<Row> rows) {
        List<Ratio> ratios = new ArrayList<>();
        for (Row row : rows) {
            rows.stream()
                    .filter(base -> isVariant(row, base) || hasMoreChannels(row, base))
                    .min(Comparator.comparingInt(base -> base.shape().channels()))
                    .ifPresent(base -> ratios.add(between(row, base)));
        }
        return ratios;
    }

    /** A variant is called after its system: {@code skein-slow}. */
    private static boolean isVariant(Row row, Row base) {
        return row.isComparableWith(base)
                && row.durability().equals(base.durability())
                && row.system().startsWith(base.system() + "-");
    }

    private static boolean hasMoreChannels(Row row, Row base) {
        Shape shape = row.shape();
        return row.workload().equals(base.workload())
                && row.isSameSystemAs(base)
                && shape.channels() > base.shape().channels()
                && shape.withChannels(base.shape().channels()).equals(base.shape());
    }

    private static Ratio between(Row ours, Row theirs) {
        EnumMap<Figure, Double> values = new EnumMap<>(Figure.class);
        for (Figure figure : COMPARED) {
            OptionalDouble mine = ours.figures().get(figure);
            OptionalDouble other = theirs.figures().get(figure);
            if (mine.isPresent() && other.isPresent() && other.getAsDouble() != 0) {
                values.put(figure, mine.getAsDouble() / other.getAsDouble());
            }
        }
        totalCpu(ours, theirs).ifPresent(ratio -> values.put(Figure.SERVER_CPU, ratio));
        values.remove(Figure.CLIENT_CPU);
        return new Ratio(ours, theirs, values);
    }

    /** Servers and client together: who does the work is the system's own business. */
    private static OptionalDouble totalCpu(Row ours, Row theirs) {
        double mine = cpu(ours);
        double other = cpu(theirs);
        return mine > 0 && other > 0 ? OptionalDouble.of(mine / other) : OptionalDouble.empty();
    }

    private static double cpu(Row row) {
        return row.figures().get(Figure.SERVER_CPU).orElse(0)
                + row.figures().get(Figure.CLIENT_CPU).orElse(0);
    }

    /** What a ratio of this figure is called. */
    static String heading(Figure figure) {
        return figure == Figure.SERVER_CPU ? "cpu" : figure.heading();
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("workload", ours.workload());
        json.put("system", ours.system());
        json.put("payloadBytes", ours.shape().payloadBytes());
        json.put("shards", ours.shape().shards());
        json.put("channels", ours.shape().channels());
        json.put("subscribers", ours.shape().subscribers());
        json.put("durability", ours.durability());
        json.put("peer", theirs.system());
        json.put("peerDurability", theirs.durability());
        json.put("peerChannels", theirs.shape().channels());
        values.forEach((figure, value) ->
                json.put(figure == Figure.SERVER_CPU ? "cpu" : figure.json(), Math.round(value * 1e3) / 1e3));
        return json;
    }
}
