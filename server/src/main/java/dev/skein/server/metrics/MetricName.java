package dev.skein.server.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dropwizard name taken apart: {@code raft.link.up{peer=us-b}} is {@code skein_raft_link_up} with the label
 * {@code peer="us-b"}.
 *
 * @param family in Prometheus' alphabet
 * @param labels sorted by name
 * @param dotted the Dropwizard name without labels
 */
record MetricName(String family, Map<String, String> labels, String dotted) {

    private static final Pattern LABELLED = Pattern.compile("([^{]*)\\{([^}]*)}(.*)");

    /** Names that hold a node, a region or a reason in their middle, and the same with labels. */
    private static final Map<Pattern, String> UNLABELLED = Map.of(
            Pattern.compile("link\\.([^.]+)\\.(.+)"), "link.$2{peer=$1}",
            Pattern.compile("router\\.rtt\\.micros\\.([^.]+)\\.([^.]+)"), "router.rtt.micros{from=$1,to=$2}",
            Pattern.compile("rejected\\.(.+)"), "rejected{reason=$1}",
            Pattern.compile("shard\\.sections\\.refused\\.(.+)"), "shard.sections.refused{reason=$1}");

    static MetricName parse(String dotted) {
        String name = labelled(dotted);
        Matcher matcher = LABELLED.matcher(name);
        if (!matcher.matches()) {
            return new MetricName(family(name), Map.of(), name);
        }
        String plain = matcher.group(1) + matcher.group(3);
        return new MetricName(family(plain), labels(matcher.group(2)), plain);
    }

    /** The label part of a sample line, with more labels at its end; empty without any. */
    String labelText(String... more) {
        StringBuilder out = new StringBuilder();
        labels.forEach((label, value) -> append(out, label, value));
        for (int i = 0; i < more.length; i += 2) {
            append(out, more[i], more[i + 1]);
        }
        return out.isEmpty() ? "" : "{" + out + "}";
    }

    private static void append(StringBuilder out, String label, String value) {
        out.append(out.isEmpty() ? "" : ",")
                .append(label)
                .append("=\"")
                .append(escape(value))
                .append('"');
    }

    private static String labelled(String dotted) {
        for (Map.Entry<Pattern, String> rule : UNLABELLED.entrySet()) {
            Matcher matcher = rule.getKey().matcher(dotted);
            if (matcher.matches()) {
                return matcher.replaceFirst(rule.getValue());
            }
        }
        return dotted;
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        for (String pair : text.split(",")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                labels.put(
                        word(pair.substring(0, equals).strip()),
                        pair.substring(equals + 1).strip());
            }
        }
        return labels;
    }

    private static String family(String dotted) {
        return "skein_" + word(dotted);
    }

    /** Anything outside Prometheus' alphabet becomes an underscore; camelCase becomes snake_case. */
    private static String word(String text) {
        return text.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("[^A-Za-z0-9_]+", "_")
                .replaceAll("_+", "_")
                .replaceAll("_$", "")
                .toLowerCase(java.util.Locale.ROOT);
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
