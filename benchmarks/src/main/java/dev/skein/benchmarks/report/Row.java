package dev.skein.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One system's result for one workload.
 *
 * @param system who
 * @param durability what an acknowledgement meant, in words
 * @param runs how many runs the figures are the median of; 0: it could not be run
 * @param note why not, or what else there is to know; may be empty
 */
public record Row(
        String workload, String system, String durability, Shape shape, int runs, Figures figures, String note) {

    /** In every row of the JSON, null where not measured. */
    private static final List<Figure> ALWAYS = List.of(
            Figure.MSGS_PER_SEC,
            Figure.P50_MS,
            Figure.P99_MS,
            Figure.P999_MS,
            Figure.SERVER_CPU,
            Figure.CLIENT_CPU,
            Figure.RSS_MIB,
            Figure.BYTES_WRITTEN);

    /** A row that only says why there is none. */
    public static Row missing(String workload, String system, String durability, Shape shape, String why) {
        return new Row(workload, system, durability, shape, 0, Figures.none(), why);
    }

    /** With other figures. */
    public Row with(Figures others) {
        return new Row(workload, system, durability, shape, runs, others, note);
    }

    /** Whether both rows were measured of the same system at the same durability. */
    public boolean isSameSystemAs(Row other) {
        return system.equals(other.system) && durability.equals(other.durability) && runs > 0 && other.runs > 0;
    }

    /** Whether the other row is the same exercise done by somebody else. */
    boolean isComparableWith(Row other) {
        return workload.equals(other.workload) && shape.equals(other.shape) && runs > 0 && other.runs > 0;
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("workload", workload);
        json.put("system", system);
        json.put("durability", durability);
        json.put("payloadBytes", shape.payloadBytes());
        json.put("shards", shape.shards());
        json.put("channels", shape.channels());
        json.put("subscribers", shape.subscribers());
        ALWAYS.forEach(figure -> json.put(figure.json(), null));
        figures.values().forEach((figure, value) -> json.put(figure.json(), rounded(value)));
        json.put("runs", runs);
        json.put("note", note);
        return json;
    }

    private static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
