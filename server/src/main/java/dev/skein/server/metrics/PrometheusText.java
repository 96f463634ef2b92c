package dev.skein.server.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Counting;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Writes a registry in Prometheus' text format, version 0.0.4. Families are sorted and each is written once with its HELP and
 * TYPE; a metric whose family has another type already is left out, as the format demands. Summaries have quantiles and a count
 * but no sum, because Dropwizard keeps none.
 */
public final class PrometheusText {

    /** What to send as Content-Type. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double NANOS = 1e-9;
    private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999};

    private final MetricRegistry registry;
    private final Map<String, String> help;

    /** @param help what a family means, by its Prometheus name without type suffix; others get their Dropwizard name */
    public PrometheusText(MetricRegistry registry, Map<String, String> help) {
        this.registry = registry;
        this.help = Map.copyOf(help);
    }

    /** The whole page. */
    public String write() {
        Map<String, Family> families = new TreeMap<>();
        registry.getMetrics().forEach((name, metric) -> add(name, metric, families));
        StringBuilder page = new StringBuilder();
        families.forEach((name, family) -> family.write(name, page));
        return page.toString();
    }

    private void add(String dotted, Metric metric, Map<String, Family> families) {
        MetricName name = MetricName.parse(dotted);
        if (metric instanceof Gauge<?> gauge) {
            number(gauge).ifPresent(value -> family(families, name, "", "gauge").sample("", name.labelText(), value));
        } else if (metric instanceof Timer timer) {
            summary(families, name, "_seconds", timer, timer.getSnapshot(), NANOS);
        } else if (metric instanceof Histogram histogram) {
            summary(families, name, "", histogram, histogram.getSnapshot(), 1);
        } else if (metric instanceof Counter counter) {
            // Dropwizard's counters may go down, Prometheus' may not.
            family(families, name, "", "gauge").sample("", name.labelText(), counter.getCount());
        } else if (metric instanceof Meter meter) {
            family(families, name, "_total", "counter").sample("", name.labelText(), meter.getCount());
        }
    }

    private void summary(
            Map<String, Family> families,
            MetricName name,
            String suffix,
            Counting counting,
            Snapshot values,
            double scale) {
        Family family = family(families, name, suffix, "summary");
        for (double quantile : QUANTILES) {
            family.sample("", name.labelText("quantile", Double.toString(quantile)), values.getValue(quantile) * scale);
        }
        family.sample("_count", name.labelText(), counting.getCount());
    }

    /** The family to add to; one that is written nowhere when the name has another type already. */
    private Family family(Map<String, Family> families, MetricName name, String suffix, String type) {
        boolean suffixed = name.family().endsWith(suffix);
        String full = suffixed ? name.family() : name.family() + suffix;
        String text = help.getOrDefault(name.family(), "Dropwizard metric " + name.dotted() + ".");
        Family family = families.computeIfAbsent(full, key -> new Family(type, text));
        return family.type.equals(type) ? family : new Family(type, text);
    }

    private static OptionalDouble number(Gauge<?> gauge) {
        Object value;
        try {
            value = gauge.getValue();
        } catch (RuntimeException gone) {
            // What the gauge looked at may just have closed.
            return OptionalDouble.empty();
        }
        if (value instanceof Number number) {
            return OptionalDouble.of(number.doubleValue());
        }
        return value instanceof Boolean flag ? OptionalDouble.of(flag ? 1 : 0) : OptionalDouble.empty();
    }

    private static final class Family {

        private final String type;
        private final String help;
        // Sorted and unique: the format allows a sample once.
        private final Map<String, String> samples = new TreeMap<>();

        Family(String type, String help) {
            this.type = type;
            this.help = help;
        }

        void sample(String suffix, String labels, double value) {
            samples.put(suffix + labels, format(value));
        }

        void write(String name, StringBuilder page) {
            page.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(help.replace("\\", "\\\\").replace("\n", "\\n"));
            page.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
            samples.forEach((rest, value) ->
                    page.append(name).append(rest).append(' ').append(value).append('\n'));
        }

        private static String format(double value) {
            if (Double.isNaN(value)) {
                return "NaN";
            }
            if (Double.isInfinite(value)) {
                return value > 0 ? "+Inf" : "-Inf";
            }
            boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
            return whole ? Long.toString((long) value) : Double.toString(value);
        }
    }
}
