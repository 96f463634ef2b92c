package dev.skein.systemtests.report;

import dev.skein.systemtests.drill.Round;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The run as an SVG: for each region a panel with receipts and deliveries a second over time; outages are shaded, darker until receipts came
 * again.
 */
public final class TimelinePicture {

    private static final double BIN_SECONDS = 0.5;
    private static final int WIDTH = 1_200;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 70;
    private static final int PANEL = 150;
    private static final int SPACE = 45;
    private static final String RECEIPTS = "#0b6e4f";
    private static final String DELIVERIES = "#3066be";

    private final DrillReport report;
    private final List<String> regions;
    private final double seconds;
    private final double[][] receipts;
    private final double[][] deliveries;
    private final StringBuilder svg = new StringBuilder();

    private TimelinePicture(DrillReport report) {
        this.report = report;
        this.regions = report.run().plan().regions();
        this.seconds = Math.max(1, (report.run().endNanos() - report.run().startNanos()) / 1e9);
        int bins = (int) Math.ceil(seconds / BIN_SECONDS) + 1;
        this.receipts = new double[regions.size()][bins];
        this.deliveries = new double[regions.size()][bins];
        count();
    }

    /** Writes the picture. */
    public static void write(DrillReport report, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, new TimelinePicture(report).draw());
    }

    private void count() {
        History history = report.run().history();
        history.publishes(publish -> {
            if (publish.isAcknowledged()) {
                add(receipts, history.client(publish.client()).region(), publish.returnedNanos());
            }
        });
        List<Source> sources = history.sources();
        history.sightings(seen -> {
            Source source = sources.get(seen.source());
            if (source.kind() == Source.Kind.SUBSCRIBER) {
                add(deliveries, source.where(), seen.nanos());
            }
        });
    }

    private void add(double[][] bins, String region, long nanos) {
        int row = regions.indexOf(region);
        int bin = (int) ((nanos - report.run().startNanos()) / 1e9 / BIN_SECONDS);
        if (row >= 0 && bin >= 0 && bin < bins[row].length) {
            bins[row][bin] += 1 / BIN_SECONDS;
        }
    }

    private String draw() {
        int height = TOP + regions.size() * (PANEL + SPACE) + 30;
        put(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12'>",
                WIDTH, height);
        put("<rect width='100%%' height='100%%' fill='white'/>");
        head();
        for (int row = 0; row < regions.size(); row++) {
            panel(row, TOP + row * (PANEL + SPACE));
        }
        timeAxis(TOP + regions.size() * (PANEL + SPACE) - SPACE + 16);
        put("</svg>");
        return svg.toString();
    }

    private void head() {
        var plan = report.run().plan();
        put(
                "<text x='%d' y='24' font-size='16' font-weight='bold'>Skein drill: %s, wan %s, %d round(s): %s</text>",
                LEFT,
                plan.mode().word(),
                plan.wan(),
                plan.rounds(),
                report.isClean() ? "every promise kept" : "A PROMISE BROKE");
        legend(LEFT, RECEIPTS, "receipts a second, clients of the region");
        legend(LEFT + 300, DELIVERIES, "deliveries a second, its full subscriber");
        put("<rect x='%d' y='38' width='14' height='12' fill='#f4b8b0'/>", LEFT + 600);
        put("<text x='%d' y='48'>region lost</text>", LEFT + 620);
        put("<rect x='%d' y='38' width='14' height='12' fill='#d7564a'/>", LEFT + 710);
        put("<text x='%d' y='48'>until receipts come again</text>", LEFT + 730);
        put("<rect x='%d' y='38' width='14' height='12' fill='#f6e7b4'/>", LEFT + 920);
        put("<text x='%d' y='48'>coming back</text>", LEFT + 940);
    }

    private void legend(int x, String colour, String text) {
        put("<line x1='%d' y1='44' x2='%d' y2='44' stroke='%s' stroke-width='3'/>", x, x + 20, colour);
        put("<text x='%d' y='48'>%s</text>", x + 26, text);
    }

    private void panel(int row, int top) {
        List<Round> rounds = report.run().rounds();
        for (int i = 0; i < rounds.size(); i++) {
            shade(rounds.get(i), report.gaps().resumedNanos().get(i), regions.get(row), top);
        }
        double most = Math.max(max(receipts[row]), max(deliveries[row]));
        put(
                "<rect x='%d' y='%d' width='%d' height='%d' fill='none' stroke='#999'/>",
                LEFT, top, WIDTH - LEFT - RIGHT, PANEL);
        put("<text x='%d' y='%d' font-weight='bold'>%s</text>", LEFT + 6, top + 16, escape(regions.get(row)));
        put("<text x='%d' y='%d' text-anchor='end'>%.0f/s</text>", LEFT - 6, top + 10, most);
        put("<text x='%d' y='%d' text-anchor='end'>0</text>", LEFT - 6, top + PANEL);
        curve(deliveries[row], most, top, DELIVERIES);
        curve(receipts[row], most, top, RECEIPTS);
        put("<text x='%d' y='%d' fill='#444'>%s</text>", LEFT, top + PANEL + 14, escape(caption(regions.get(row))));
    }

    private void shade(Round round, long resumedNanos, String region, int top) {
        boolean here = round.victim().equals(region);
        band(round.startNanos(), round.endNanos(), top, "#f4b8b0", here ? 0.9 : 0.35);
        band(round.startNanos(), resumedNanos, top, "#d7564a", 0.55);
        band(round.endNanos(), round.wholeNanos(), top, "#f6e7b4", here ? 0.9 : 0.4);
    }

    private void band(long from, long to, int top, String colour, double opacity) {
        double x = x((from - report.run().startNanos()) / 1e9);
        double width = Math.max(1, x((to - report.run().startNanos()) / 1e9) - x);
        put(
                "<rect x='%.1f' y='%d' width='%.1f' height='%d' fill='%s' opacity='%.2f'/>",
                x, top, width, PANEL, colour, opacity);
    }

    private void curve(double[] bins, double most, int top, String colour) {
        StringBuilder points = new StringBuilder();
        for (int bin = 0; bin < bins.length && bin * BIN_SECONDS <= seconds; bin++) {
            double y = top + PANEL - bins[bin] / Math.max(1, most) * (PANEL - 24);
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(bin * BIN_SECONDS), y));
        }
        put(
                "<polyline points='%s' fill='none' stroke='%s' stroke-width='1.5'/>",
                points.toString().strip(), colour);
    }

    private String caption(String region) {
        Gaps gaps = report.gaps();
        return "longest standstill on channels led in the lost region: publishing "
                + text(gaps.publish().get(region)) + ", delivery "
                + text(gaps.delivery().get(region));
    }

    private static String text(@Nullable Spread spread) {
        return spread == null || spread.count() == 0
                ? "not measured"
                : String.format(
                        Locale.ROOT, "p50 %.0f, p99 %.0f, max %.0f ms", spread.p50(), spread.p99(), spread.max());
    }

    private void timeAxis(int y) {
        int step = seconds > 600 ? 60 : seconds > 120 ? 20 : 5;
        for (int at = 0; at <= seconds; at += step) {
            put("<text x='%.1f' y='%d' text-anchor='middle' fill='#444'>%d s</text>", x(at), y + 14, at);
        }
    }

    private double x(double second) {
        double part = Math.min(1, Math.max(0, second / seconds));
        return LEFT + part * (WIDTH - LEFT - RIGHT);
    }

    private static double max(double[] bins) {
        double most = 1;
        for (double bin : bins) {
            most = Math.max(most, bin);
        }
        return most;
    }

    private static String escape(String text) {
        return text.chars()
                .mapToObj(c -> c == '<' ? "&lt;" : c == '&' ? "&amp;" : Character.toString(c))
                .collect(Collectors.joining());
    }

    private void put(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
