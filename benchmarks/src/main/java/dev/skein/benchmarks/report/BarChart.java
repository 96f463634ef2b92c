package dev.skein.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The rows as an SVG: for each workload and shape a panel with one bar a system, of the figure that the workload is about. */
public final class BarChart {

    private static final int WIDTH = 900;
    private static final int LEFT = 200;
    private static final int BAR = 20;
    private static final int SPACE = 6;
    private static final int PANEL_HEAD = 34;
    private static final int BAR_WIDTH_MAX = 520;

    /** The first that a row has is what its workload is about. */
    private static final List<Figure> ABOUT = List.of(
            Figure.GAP_P99_MS,
            Figure.IDLE_CPU,
            Figure.DELIVERIES_PER_SEC,
            Figure.RECOVERY_SECONDS,
            Figure.ACK_BEYOND_P99_MS,
            Figure.MSGS_PER_SEC);

    private static final Map<String, String> COLOURS = Map.of(
            "skein", "#0b6e4f", "skein-slow", "#6fb39b", "kafka", "#7d5ba6", "nats", "#3066be", "bare-grpc", "#9a9a9a");

    private final StringBuilder body = new StringBuilder();
    private int y = 40;

    private BarChart() {}

    /** Writes the picture. */
    public static void write(BenchReport report, Path file) throws IOException {
        BenchReport.createFolderOf(file);
        Files.writeString(file, draw(report));
    }

    static String draw(BenchReport report) {
        BarChart chart = new BarChart();
        Map<String, List<Row>> panels = new LinkedHashMap<>();
        for (Row row : report.rows()) {
            panels.merge(title(row), List.of(row), (old, more) -> Stream.concat(old.stream(), more.stream())
                    .toList());
        }
        panels.forEach(chart::panel);
        return chart.wrapped(report);
    }

    private static String title(Row row) {
        Shape shape = row.shape();
        String subscribers = shape.subscribers() == 0 ? "" : number(shape.subscribers(), 0) + " subscribers, ";
        return row.workload() + ": " + subscribers + number(shape.payloadBytes(), 0) + " B, "
                + number(shape.shards(), 0) + " shards, " + number(shape.channels(), 0) + " channels";
    }

    /** Latency at a fixed rate is about time, everything else about its most telling figure. */
    private static Optional<Figure> about(Row row) {
        if (row.workload().equals("latency")) {
            return Optional.of(Figure.P99_MS);
        }
        return ABOUT.stream()
                .filter(figure -> row.figures().get(figure).isPresent())
                .findFirst();
    }

    private void panel(String title, List<Row> rows) {
        Optional<Figure> about =
                rows.stream().flatMap(row -> about(row).stream()).findFirst();
        put("<text x='20' y='%d' font-weight='bold'>%s</text>", y + 16, escape(title));
        about.ifPresent(figure -> put(
                "<text x='%d' y='%d' text-anchor='end' fill='#444'>%s, %s is better</text>",
                WIDTH - 20, y + 16, escape(figure.heading()), figure.moreIsBetter() ? "more" : "less"));
        y += PANEL_HEAD;
        double most = rows.stream().mapToDouble(row -> value(row, about)).max().orElse(0);
        rows.forEach(row -> bar(row, about, most));
        y += SPACE * 3;
    }

    private void bar(Row row, Optional<Figure> about, double most) {
        double value = value(row, about);
        double width = most == 0 ? 0 : value / most * BAR_WIDTH_MAX;
        int middle = y + BAR - 6;
        put(
                "<text x='%d' y='%d' text-anchor='end'>%s, %s</text>",
                LEFT - 8, middle, escape(row.system()), escape(row.durability()));
        put(
                "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>",
                LEFT, y, width, BAR, COLOURS.getOrDefault(row.system(), "#777777"));
        String text = row.runs() == 0
                ? row.note()
                : number(value, about.map(Figure::decimals).orElse(0));
        put("<text x='%.1f' y='%d'>%s</text>", LEFT + width + 6, middle, escape(text));
        y += BAR + SPACE;
    }

    private static double value(Row row, Optional<Figure> about) {
        return about.map(figure -> row.figures().get(figure).orElse(0)).orElse(0.0);
    }

    private String wrapped(BenchReport report) {
        return String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12'>%n"
                        + "<rect width='100%%' height='100%%' fill='white'/>%n"
                        + "<text x='20' y='24' fill='#444'>%s</text>%n%s</svg>%n",
                WIDTH,
                y + 10,
                escape(report.machine()),
                body);
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private void put(String format, Object... arguments) {
        body.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
