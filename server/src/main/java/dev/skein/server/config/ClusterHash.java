package dev.skein.server.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * Hash of a cluster's meaning. The canonical form is one line a fact, defaults filled in, durations in milliseconds, sizes in
 * bytes; nodes and namespaces are sorted by name, because their order means nothing, regions are not, because theirs does.
 */
final class ClusterHash {

    private ClusterHash() {}

    static String of(ClusterConfig cluster) {
        byte[] text = canonical(cluster).getBytes(StandardCharsets.UTF_8);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    static String canonical(ClusterConfig cluster) {
        StringBuilder out = new StringBuilder("skein cluster 1\n");
        line(out, "name", cluster.name());
        cluster.regions().forEach(region -> line(out, "region", region));
        timing(out, cluster.timing());
        cluster.nodes().stream().sorted(Comparator.comparing(NodeEntry::id)).forEach(node -> node(out, node));
        cluster.namespaces().stream()
                .sorted(Comparator.comparing(NamespaceConfig::name))
                .forEach(namespace -> namespace(out, namespace));
        return out.toString();
    }

    private static void timing(StringBuilder out, Timing timing) {
        line(
                out,
                "timing",
                timing.zone().timeout().toMillis(),
                timing.zone().spread().toMillis(),
                timing.region().timeout().toMillis(),
                timing.region().spread().toMillis(),
                timing.heartbeatDivisor());
    }

    private static void node(StringBuilder out, NodeEntry node) {
        line(out, "node", node.id(), node.region(), node.zone(), node.peer(), node.client());
    }

    private static void namespace(StringBuilder out, NamespaceConfig namespace) {
        line(
                out,
                "namespace",
                namespace.name(),
                namespace.shards(),
                namespace.survivalGoal(),
                namespace.homeRegion(),
                namespace.voters(),
                namespace.fsync(),
                namespace.retentionAge().toMillis(),
                namespace.retentionBytes(),
                namespace.retentionMessages(),
                namespace.dedupWindow().toMillis(),
                namespace.messageSizeMax());
    }

    /** No value can hold a space, so that the line is unambiguous. */
    private static void line(StringBuilder out, String what, Object... values) {
        out.append(what);
        for (Object value : values) {
            out.append(' ').append(value);
        }
        out.append('\n');
    }
}
