package dev.skein.systemtests.report;

import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An SVG of a recorded run: for each region a panel with receipts and deliveries a second over time, shaded bands in it, and below the panels
 * a bar for each thing that lasted. Used by one thread.
 */
public final class Timeline {

    private static final double BIN_SECONDS = 0.5;
    private static final int WIDTH = 1_200;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 70;
    private static final int PANEL = 150;
    private static final int SPACE = 45;
    private static final int BAR = 15;
    private static final String RECEIPTS = "#0b6e4f";
    private static final String DELIVERIES = "#3066be";

    private final String title;
    private final List<String> regions;
    private final long startNanos;
    private final double seconds;
    private final double[][] receipts;
    private final double[][] deliveries;
    private final List<Band> bands = new ArrayList<>();
    private final List<Band> bars = new ArrayList<>();
    private final List<String> legend = new ArrayList<>();
    private final Map<String, String> captions = new HashMap<>();
    private final StringBuilder svg = new StringBuilder();

    /** Something with a beginning and an end; its name is a region for a band, a text for a bar. */
    private record Band(String name, long from, long to, String colour, double opacity) {}

    public Timeline(String title, List<String> regions, History history, long startNanos, long endNanos) {
        this.title = title;
        this.regions = List.copyOf(regions);
        this.startNanos = startNanos;
        this.seconds = Math.max(1, (endNanos - startNanos) / 1e9);
        int bins = (int) Math.ceil(seconds / BIN_SECONDS) + 1;
        this.receipts = new double[regions.size()][bins];
        this.deliveries = new double[regions.size()][bins];
        count(history);
    }

    private void count(History history) {
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
        int bin = (int) Math.floor((nanos - startNanos) / 1e9 / BIN_SECONDS);
        if (row >= 0 && bin >= 0 && bin < bins[row].length) {
            bins[row][bin] += 1 / BIN_SECONDS;
        }
    }

    /** Shades a time in a region's panel. */
    public void band(String region, long fromNanos, long toNanos, String colour, double opacity) {
        bands.add(new Band(region, fromNanos, toNanos, colour, opacity));
    }

    /** Draws a bar below the panels. */
    public void bar(String text, long fromNanos, long toNanos, String colour) {
        bars.add(new Band(text, fromNanos, toNanos, colour, 1));
    }

    /** A line of text below a region's panel. */
    public void caption(String region, String text) {
        captions.put(region, text);
    }

    /** Explains a colour of bands. */
    public void legend(int x, String colour, String text) {
        legend.add(String.format(
                Locale.ROOT,
                "<rect x='%d' y='38' width='14' height='12' fill='%s'/><text x='%d' y='48'>%s</text>",
                LEFT + x,
                colour,
                LEFT + x + 20,
                escape(text)));
    }

    /** Writes the picture. */
    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, draw());
    }

    private String draw() {
        svg.setLength(0);
        int panels = TOP + regions.size() * (PANEL + SPACE);
        put(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12'>",
                WIDTH, panels + 40 + bars.size() * BAR);
        put("<rect width='100%%' height='100%%' fill='white'/>");
        put("<text x='%d' y='24' font-size='16' font-weight='bold'>%s</text>", LEFT, escape(title));
        curveLegend(LEFT, RECEIPTS, "receipts a second, clients of the region");
        curveLegend(LEFT + 300, DELIVERIES, "deliveries a second, its full subscriber");
        legend.forEach(line -> svg.append(line).append('\n'));
        for (int row = 0; row < regions.size(); row++) {
            panel(row, TOP + row * (PANEL + SPACE));
        }
        timeAxis(panels - SPACE + 16);
        for (int i = 0; i < bars.size(); i++) {
            drawBar(bars.get(i), panels + 10 + i * BAR);
        }
        put("</svg>");
        return svg.toString();
    }

    private void curveLegend(int x, String colour, String text) {
        put("<line x1='%d' y1='44' x2='%d' y2='44' stroke='%s' stroke-width='3'/>", x, x + 20, colour);
        put("<text x='%d' y='48'>%s</text>", x + 26, text);
    }

    private void panel(int row, int top) {
        String region = regions.get(row);
        bands.stream().filter(band -> band.name().equals(region)).forEach(band -> rectangle(band, top, PANEL));
        double most = Math.max(max(receipts[row]), max(deliveries[row]));
        put(
                "<rect x='%d' y='%d' width='%d' height='%d' fill='none' stroke='#999'/>",
                LEFT, top, WIDTH - LEFT - RIGHT, PANEL);
        put("<text x='%d' y='%d' font-weight='bold'>%s</text>", LEFT + 6, top + 16, escape(region));
        put("<text x='%d' y='%d' text-anchor='end'>%.0f/s</text>", LEFT - 6, top + 10, most);
        put("<text x='%d' y='%d' text-anchor='end'>0</text>", LEFT - 6, top + PANEL);
        curve(deliveries[row], most, top, DELIVERIES);
        curve(receipts[row], most, top, RECEIPTS);
        String caption = captions.getOrDefault(region, "");
        put("<text x='%d' y='%d' fill='#444'>%s</text>", LEFT, top + PANEL + 14, escape(caption));
    }

    private void rectangle(Band band, int top, int height) {
        double x = x((band.from() - startNanos) / 1e9);
        double width = Math.max(1, x((band.to() - startNanos) / 1e9) - x);
        put(
                "<rect x='%.1f' y='%d' width='%.1f' height='%d' fill='%s' opacity='%.2f'/>",
                x, top, width, height, band.colour(), band.opacity());
    }

    private void drawBar(Band bar, int top) {
        rectangle(bar, top, BAR - 3);
        boolean late = (bar.from() - startNanos) / 1e9 > seconds / 2;
        double x = x((late ? bar.from() : bar.to()) / 1e9 - startNanos / 1e9) + (late ? -4 : 4);
        put(
                "<text x='%.1f' y='%d' font-size='10' text-anchor='%s' fill='#444'>%s</text>",
                x, top + BAR - 5, late ? "end" : "start", escape(bar.name()));
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
                .mapToObj(c -> c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : Character.toString(c))
                .collect(Collectors.joining());
    }

    private void put(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
