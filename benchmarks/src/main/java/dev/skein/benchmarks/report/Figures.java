package dev.skein.benchmarks.report;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * The figures of one run, or of several. Immutable; what was not measured is not there.
 *
 * @param values finite
 */
public record Figures(Map<Figure, Double> values) {

    public Figures {
        EnumMap<Figure, Double> kept = new EnumMap<>(Figure.class);
        values.forEach((figure, value) -> {
            if (Double.isFinite(value)) {
                kept.put(figure, value);
            }
        });
        values = Collections.unmodifiableMap(kept);
    }

    /** No figures. */
    public static Figures none() {
        return new Figures(Map.of());
    }

    /** One of them. */
    public OptionalDouble get(Figure figure) {
        Double value = values.get(figure);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** With one more; a value that is no number is left out. */
    public Figures with(Figure figure, double value) {
        EnumMap<Figure, Double> more = new EnumMap<>(Figure.class);
        more.putAll(values);
        more.put(figure, value);
        return new Figures(more);
    }

    /** With all of the others. */
    public Figures withAll(Figures others) {
        EnumMap<Figure, Double> more = new EnumMap<>(Figure.class);
        more.putAll(values);
        more.putAll(others.values);
        return new Figures(more);
    }

    /** Without one that means nothing here. */
    public Figures without(Figure figure) {
        EnumMap<Figure, Double> fewer = new EnumMap<>(Figure.class);
        fewer.putAll(values);
        fewer.remove(figure);
        return new Figures(fewer);
    }

    /** The median of each figure over some runs. */
    public static Figures median(List<Figures> runs) {
        return merge(runs, Figures::median);
    }

    private static Figures merge(List<Figures> runs, ToDoubleFunction<double[]> merge) {
        EnumMap<Figure, Double> merged = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            double[] sorted = runs.stream()
                    .flatMapToDouble(run -> run.get(figure).stream())
                    .sorted()
                    .toArray();
            if (sorted.length > 0) {
                merged.put(figure, merge.applyAsDouble(sorted));
            }
        }
        return new Figures(merged);
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
