package dev.skein.server.config;

import dev.skein.replication.DiskRules;
import dev.skein.server.elastic.ShedRules;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes a configuration as YAML with all defaults filled in; each option's comment says what it does and what higher and lower
 * cost. What it writes can be read again and has the same cluster hash.
 */
public final class ConfigPrinter {

    private final StringBuilder out = new StringBuilder();

    private ConfigPrinter() {}

    /** The whole file. */
    public static String print(SkeinConfig config) {
        ConfigPrinter printer = new ConfigPrinter();
        printer.cluster(config.cluster());
        printer.node(config.node());
        return printer.out.toString();
    }

    private void cluster(ClusterConfig cluster) {
        comment("", "The same on every node; a node whose part means something else isn't let in.");
        comment("", "Hash of this part: " + cluster.hash());
        line("", "cluster:");
        option("  ", "name", cluster.name(), "Name of the cluster.");
        option(
                "  ",
                "regions",
                "[" + String.join(", ", quoteAll(cluster.regions())) + "]",
                "In order of preference: the first is the default home region.");
        timing(cluster.timing());
        comment("  ", "Founding members: they form the cluster and its control group when it first starts.");
        line("  ", "nodes:");
        cluster.nodes().forEach(node -> line("    ", "- " + entry(node)));
        comment("  ", "Created when the cluster first starts; changed later at run time only.");
        line("  ", "namespaces:" + (cluster.namespaces().isEmpty() ? " []" : ""));
        cluster.namespaces().forEach(this::namespace);
    }

    private void timing(Timing timing) {
        comment("  ", "How patient Raft is. A preset (" + Timing.presets() + ") or these values.");
        line("  ", "timing:");
        String higher = "Higher: slower failover. Lower: elections without need.";
        option(
                "    ",
                "zoneElectionTimeout",
                text(timing.zone().timeout()),
                "Silence of a leader after which voters of one region elect another. " + higher);
        option(
                "    ",
                "zoneElectionSpread",
                text(timing.zone().spread()),
                "Random addition to it. Higher: slower failover. Lower: candidates collide.");
        option(
                "    ",
                "regionElectionTimeout",
                text(timing.region().timeout()),
                "The same for voters in several regions; at least 4 times the largest round trip. " + higher);
        option(
                "    ",
                "regionElectionSpread",
                text(timing.region().spread()),
                "Random addition to it; about 2 times the largest round trip.");
        option(
                "    ",
                "heartbeatDivisor",
                timing.heartbeatDivisor(),
                "Heartbeats per election timeout. Higher: more idle load. Lower: one lost packet weighs more.");
    }

    private void namespace(NamespaceConfig namespace) {
        line("    ", "- name: " + quote(namespace.name()));
        String in = "      ";
        option(
                in,
                "shards",
                namespace.shards(),
                "Raft groups, fixed for ever. Higher: spreads load wider, costs idle load and memory.");
        option(
                in,
                "survivalGoal",
                word(namespace.survivalGoal()),
                "region or zone: what acknowledged messages outlive. Region costs a round trip between regions.");
        option(
                in,
                "homeRegion",
                quote(namespace.homeRegion()),
                "Where leaders prefer to be: publishing is fastest there.");
        option(
                in,
                "voters",
                namespace.voters(),
                "3 or 5; 0: what goal and nodes suggest. More: survives more, costs disk and traffic.");
        option(
                in,
                "fsync",
                word(namespace.fsync()),
                "always: on disk before the acknowledgement. interval: faster, lost if a quorum loses power at once.");
        comment(in, "How long messages are kept, per channel; 0 means without limit. Higher costs disk.");
        line(in, "retention:");
        option(in + "  ", "age", text(namespace.retentionAge()), "In log time.");
        option(in + "  ", "bytes", Units.text(namespace.retentionBytes()), "Of message bodies.");
        option(in + "  ", "messages", namespace.retentionMessages(), "Messages.");
        option(
                in,
                "dedupWindow",
                text(namespace.dedupWindow()),
                "How long message ids are remembered. Higher: later retries are caught, costs memory and disk.");
        option(
                in,
                "messageSizeMax",
                Units.text(namespace.messageSizeMax()),
                "Largest message. Higher: others wait longer behind it.");
    }

    private void node(NodeConfig node) {
        comment("", "This node's own.");
        line("", "node:");
        option("  ", "id", quote(node.self().id().value()), "Unique in the cluster, stable over restarts.");
        option(
                "  ",
                "region",
                quote(node.self().region()),
                "A founding member's place and addresses come from the cluster part.");
        option("  ", "zone", quote(node.self().zone()), "Failure domain in the region.");
        option("  ", "peer", quote(node.self().peer()), "Where other nodes reach it.");
        option("  ", "client", quote(node.self().client()), "Where clients reach it.");
        transport(node.transport());
        access(node.access());
        edge(node.edge());
        option(
                "  ",
                "dataDirectory",
                quote(node.dataDirectory().toString()),
                "Everything it stores. Belongs to this node of this cluster only.");
        if (node.metrics().isPresent()) {
            option("  ", "metrics", quote(node.metrics().get()), "Where /metrics and /health are served.");
        } else {
            comment("  ", "metrics: \"127.0.0.1:7301\"   Where /metrics and /health are served; unset: nowhere.");
        }
        option(
                "  ",
                "snapshotEntries",
                node.snapshotEntries(),
                "Entries after which a shard takes a snapshot. Higher: longer restarts. Lower: more disk work.");
        option("  ", "snapshotBytes", Units.text(node.snapshotBytes()), "The same by bytes.");
        option(
                "  ",
                "logSegmentBytes",
                Units.text(node.logSegmentBytes()),
                "Size of the log's files. Higher: space is freed later. Lower: more files.");
        disk(node.disk());
        option(
                "  ",
                "scrubBytesPerSecond",
                Units.text(node.scrub().bytesPerSecond()),
                "How fast stored bytes are read again to find rot, less what clients write meanwhile; 0B: never.");
        option("  ", "scrubPause", text(node.scrub().pause()), "Rest between one pass over everything and the next.");
        option(
                "  ",
                "eventLoopThreads",
                node.eventLoopThreads(),
                "Threads that serve all connections. More than cores is of no use.");
        option(
                "  ",
                "sessionsMax",
                node.sessionsMax(),
                "Client sessions; more are sent elsewhere. Higher: more memory.");
        shedding(node.shedding());
    }

    private void shedding(ShedRules rules) {
        comment("  ", "How sessions are sent from node to node.");
        line("  ", "shedding:");
        option(
                "    ",
                "takesPerSecond",
                rules.takesPerSecond(),
                "Sessions it takes over in a second from all that send theirs away. Higher: drains end sooner. Lower: those"
                        + " who are here already notice less.");
        option(
                "    ",
                "tolerancePercent",
                rules.tolerancePercent(),
                "More above its fair share of the region's sessions it sends away. Lower: evener, and more moves.");
        option(
                "    ",
                "settled",
                text(rules.settled()),
                "Younger sessions aren't moved for evenness. Higher: fewer moves, and evening out takes longer.");
    }

    private void disk(DiskRules disk) {
        option(
                "  ",
                "diskStall",
                text(disk.stallAfter()),
                "A write or sync that takes so long makes the node give its leaderships up. Higher: longer standstills."
                        + " Lower: a busy disk costs leaderships.");
        option(
                "  ",
                "diskStallEnd",
                text(disk.stallEnd()),
                "One that takes so long ends the process; 0s: none does. Higher: a disk that comes back finds it running.");
        option(
                "  ",
                "diskFreeMin",
                Units.text(disk.freeBytesMin()),
                "With less room the node hands its leaderships over or refuses publishes; with a quarter of it, it adds"
                        + " nothing to its log. Higher: more time to make room.");
    }

    private void transport(TransportConfig transport) {
        if (!(transport instanceof TransportConfig.Tls tls)) {
            option("  ", "transport", "plaintext", "tls or plaintext, the latter on loopback addresses only.");
            return;
        }
        option("  ", "transport", "tls", "tls or plaintext, the latter on loopback addresses only.");
        comment(
                "  ",
                "Files of this node's own and of the authorities; scripts/certificates makes some to try it with.");
        line("  ", "tls:");
        String in = "    ";
        option(
                in,
                "certificate",
                file(tls.files().certificate()),
                "PEM: names this node, skein://CLUSTER/node/REGION/NODE.");
        option(in, "key", file(tls.files().key()), "PEM: its private key, PKCS #8, not encrypted.");
        option(
                in,
                "trust",
                file(Objects.requireNonNull(tls.files().trust())),
                "PEM: the authorities whose certificates are believed.");
        option(
                in,
                "clientCertificates",
                word(tls.clientCertificates()),
                "optional or required: whether clients must have certificates of these authorities.");
        option(in, "reload", text(tls.reload()), "How often the files are looked at; new ones need no restart.");
    }

    private void access(Optional<AccessConfig> access) {
        if (access.isEmpty()) {
            comment("  ", "access: {}   Who may use the client port, by API keys and tokens; unset: everybody.");
            return;
        }
        comment("  ", "Who may use the client port: whatever no credential allows is denied.");
        line("  ", "access:");
        String in = "    ";
        access.get()
                .rootKey()
                .ifPresent(path -> option(
                        in,
                        "rootKey",
                        file(path),
                        "root.SECRET: may do everything at this node, to make the first keys."));
        AccessConfig.ConnectionQuota most = access.get().connection();
        option(in, "connectionMessagesPerSecond", most.messagesPerSecond(), "Of one connection; 0: without limit.");
        option(
                in,
                "connectionBytesPerSecond",
                Units.text(most.bytesPerSecond()),
                "Of one connection; 0B: without limit.");
        option(in, "connectionStreams", most.streams(), "Sessions of one connection at once; 0: without limit.");
        access.get().tokens().ifPresent(this::tokens);
    }

    private void tokens(AccessConfig.Tokens tokens) {
        line("    ", "tokens:");
        String in = "      ";
        option(in, "jwks", file(tokens.jwks()), "JWK set that verifies tokens; looked at every second.");
        option(in, "audience", quote(tokens.audience()), "What their aud must hold.");
        tokens.issuer().ifPresent(issuer -> option(in, "issuer", quote(issuer), "What their iss must be."));
        option(
                in,
                "lifetimeMax",
                text(tokens.lifetimeMax()),
                "Longest time from iat to exp. Higher: fewer refreshes. Lower: stolen tokens are good for less.");
    }

    private void edge(Optional<EdgeConfig> edge) {
        if (edge.isEmpty()) {
            comment("  ", "edge: {}   The gateway for browsers and phones; unset: none.");
            return;
        }
        comment("  ", "The gateway for browsers and phones.");
        line("  ", "edge:");
        option("    ", "listen", quote(edge.get().listen()), "Where it listens.");
        option(
                "    ",
                "transport",
                edge.get().transport(),
                "tls: by the port itself; proxied: by a proxy before it; plaintext: on loopback only.");
        edge.get().tls().ifPresent(tls -> {
            line("    ", "tls:");
            option(
                    "      ",
                    "certificate",
                    file(tls.files().certificate()),
                    "PEM: what clients see, and who signed it.");
            option("      ", "key", file(tls.files().key()), "PEM: its private key, PKCS #8, not encrypted.");
            option(
                    "      ",
                    "reload",
                    text(tls.reload()),
                    "How often the files are looked at; new ones need no restart.");
        });
        String origins =
                edge.get().origins().stream().map(ConfigPrinter::quote).collect(Collectors.joining(", ", "[", "]"));
        option("    ", "origins", origins, "Web pages that may connect; other clients aren't asked.");
    }

    private static String file(java.nio.file.Path path) {
        return quote(path.toString());
    }

    private static String entry(NodeEntry node) {
        return "{id: " + quote(node.id().value()) + ", region: " + quote(node.region()) + ", zone: "
                + quote(node.zone()) + ", peer: " + quote(node.peer()) + ", client: " + quote(node.client()) + "}";
    }

    private void option(String indent, String key, Object value, String comment) {
        comment(indent, comment);
        line(indent, key + ": " + value);
    }

    private void comment(String indent, String text) {
        line(indent, "# " + text);
    }

    private void line(String indent, String text) {
        out.append(indent).append(text).append('\n');
    }

    private static java.util.List<String> quoteAll(java.util.List<String> texts) {
        return texts.stream().map(ConfigPrinter::quote).toList();
    }

    /** Quoted, because YAML reads some words and numbers as something else. */
    private static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String text(Duration duration) {
        return Units.text(duration);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
