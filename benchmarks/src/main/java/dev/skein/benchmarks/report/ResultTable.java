package dev.skein.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The report for people: one table a workload, with the columns it has, and the ratios below it. */
public final class ResultTable {

    private final StringBuilder text = new StringBuilder();

    private ResultTable() {}

    /** Many lines. */
    public static String of(BenchReport report) {
        ResultTable table = new ResultTable();
        Set<String> workloads = new LinkedHashSet<>();
        report.rows().forEach(row -> workloads.add(row.workload()));
        for (String workload : workloads) {
            table.workload(
                    workload,
                    report.rows().stream()
                            .filter(row -> row.workload().equals(workload))
                            .toList());
            table.ratios(report.ratios().stream()
                    .filter(ratio -> ratio.ours().workload().equals(workload))
                    .toList());
        }
        return table.text.toString();
    }

    private void workload(String workload, List<Row> rows) {
        List<Figure> columns = Arrays.stream(Figure.values())
                .filter(figure -> rows.stream().anyMatch(row -> isWorthShowing(row, figure)))
                .toList();
        List<List<String>> lines = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("system", "durability", "bytes", "shards", "channels", "subs"));
        columns.forEach(column -> head.add(column.heading()));
        lines.add(head);
        rows.forEach(row -> lines.add(line(row, columns)));
        text.append('\n').append(workload).append('\n');
        align(lines, rows);
    }

    /** Failures are news only when there are some. */
    private static boolean isWorthShowing(Row row, Figure figure) {
        double value = row.figures().get(figure).orElse(Double.NaN);
        return !Double.isNaN(value) && (figure != Figure.FAILED || value > 0);
    }

    private static List<String> line(Row row, List<Figure> columns) {
        Shape shape = row.shape();
        List<String> line = new ArrayList<>(List.of(
                row.system(),
                row.durability(),
                number(shape.payloadBytes(), 0),
                number(shape.shards(), 0),
                number(shape.channels(), 0),
                shape.subscribers() == 0 ? "" : number(shape.subscribers(), 0)));
        for (Figure column : columns) {
            var value = row.figures().get(column);
            line.add(value.isPresent() ? number(value.getAsDouble(), column.decimals()) : "-");
        }
        return line;
    }

    private void align(List<List<String>> lines, List<Row> rows) {
        int[] widths = new int[lines.get(0).size()];
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (int at = 0; at < lines.size(); at++) {
            for (int i = 0; i < widths.length; i++) {
                String format = "  %" + (i < 2 ? "-" : "") + widths[i] + "s";
                text.append(String.format(Locale.ROOT, format, lines.get(at).get(i)));
            }
            String note = at == 0 ? "" : rows.get(at - 1).note();
            text.append(note.isEmpty() ? "" : "  " + note).append('\n');
        }
    }

    private void ratios(List<Ratio> ratios) {
        for (Ratio ratio : ratios) {
            Shape shape = ratio.ours().shape();
            int theirs = ratio.theirs().shape().channels();
            String against = theirs == shape.channels() ? "" : String.format(Locale.ROOT, " against %,d", theirs);
            text.append(String.format(
                    Locale.ROOT,
                    "  %s, %s / %s, %s (%,d B, %,d shards, %,d channels%s):",
                    ratio.ours().system(),
                    ratio.ours().durability(),
                    ratio.theirs().system(),
                    ratio.theirs().durability(),
                    shape.payloadBytes(),
                    shape.shards(),
                    shape.channels(),
                    against));
            ratio.values()
                    .forEach((figure, value) ->
                            text.append(String.format(Locale.ROOT, "  %s x %.2f", Ratio.heading(figure), value)));
            text.append('\n');
        }
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
