package dev.skein.server.config;

import dev.skein.core.Limits;
import dev.skein.core.NodeId;
import dev.skein.replication.DiskRules;
import dev.skein.replication.ScrubConfig;
import dev.skein.server.elastic.ShedRules;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * This node's own part.
 *
 * @param self who it is; a founding member's place and addresses come from the cluster part
 * @param founding whether the cluster part lists it
 * @param transport how its connections are protected
 * @param access who may use the client port; empty: everybody
 * @param edge the gateway for browsers and phones; empty: none
 * @param dataDirectory everything it stores; belongs to one node of one cluster
 * @param metrics where metrics are served, host:port; empty: nowhere
 * @param snapshotEntries entries applied after which a shard takes a snapshot
 * @param snapshotBytes bytes applied after which a shard takes a snapshot
 * @param logSegmentBytes size of the node log's files
 * @param disk when its disk counts as sick
 * @param scrub how it looks for rot
 * @param eventLoopThreads threads that serve all connections
 * @param sessionsMax client sessions; more are sent elsewhere
 * @param shedding how it sends sessions away
 */
public record NodeConfig(
        NodeEntry self,
        boolean founding,
        TransportConfig transport,
        Optional<AccessConfig> access,
        Optional<EdgeConfig> edge,
        Path dataDirectory,
        Optional<String> metrics,
        long snapshotEntries,
        long snapshotBytes,
        long logSegmentBytes,
        DiskRules disk,
        ScrubConfig scrub,
        int eventLoopThreads,
        int sessionsMax,
        ShedRules shedding) {

    static final long SNAPSHOT_ENTRIES_DEFAULT = 50_000;
    static final long SNAPSHOT_BYTES_DEFAULT = 256L << 20;
    static final long LOG_SEGMENT_BYTES_DEFAULT = 64L << 20;
    /** The other half is for replication. */
    static final int EVENT_LOOP_THREADS_DEFAULT =
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    static NodeConfig read(Section section, ClusterConfig cluster) {
        String id = section.text("id", NodeEntry.NODE_ID, NodeEntry.NODE_ID_EXPECTED);
        Optional<NodeEntry> founder = id.isEmpty() ? Optional.empty() : cluster.node(new NodeId(id));
        NodeEntry self = founder.map(entry -> sameAs(section, entry)).orElseGet(() -> joining(section, id, cluster));
        NodeConfig node = new NodeConfig(
                self,
                founder.isPresent(),
                TransportConfig.read(section, self, cluster),
                AccessConfig.read(section),
                EdgeConfig.read(section),
                directory(section),
                section.optionalText("metrics", Address::isValid, Address.EXPECTED),
                section.number("snapshotEntries", SNAPSHOT_ENTRIES_DEFAULT, 10, 100_000_000),
                section.size("snapshotBytes", SNAPSHOT_BYTES_DEFAULT, 1 << 10, 1L << 40),
                section.size("logSegmentBytes", LOG_SEGMENT_BYTES_DEFAULT, 4 << 20, 1L << 30),
                disk(section),
                scrub(section),
                (int) section.number("eventLoopThreads", EVENT_LOOP_THREADS_DEFAULT, 1, 64),
                (int) section.number("sessionsMax", Limits.SESSIONS_MAX, 1, Limits.SESSIONS_MAX),
                section.optionalSection("shedding").map(NodeConfig::shedding).orElse(ShedRules.DEFAULT));
        section.refuseUnknownKeys();
        return node;
    }

    private static ScrubConfig scrub(Section section) {
        ScrubConfig standard = ScrubConfig.standard();
        return new ScrubConfig(
                section.size("scrubBytesPerSecond", standard.bytesPerSecond(), 0, 1L << 40),
                section.duration("scrubPause", standard.pause(), Duration.ofMillis(100), Duration.ofDays(30)));
    }

    private static ShedRules shedding(Section section) {
        ShedRules standard = ShedRules.DEFAULT;
        ShedRules rules = new ShedRules(
                (int) section.number("takesPerSecond", standard.takesPerSecond(), 1, Limits.SESSIONS_MAX),
                (int) section.number("tolerancePercent", standard.tolerancePercent(), 1, 100),
                section.duration("settled", standard.settled(), Duration.ofMillis(100), Duration.ofHours(24)));
        section.refuseUnknownKeys();
        return rules;
    }

    private static DiskRules disk(Section section) {
        DiskRules standard = DiskRules.STANDARD;
        Duration stall =
                section.duration("diskStall", standard.stallAfter(), Duration.ofMillis(100), Duration.ofSeconds(10));
        Duration end = section.duration("diskStallEnd", standard.stallEnd(), Duration.ZERO, Duration.ofHours(24));
        long free = section.size("diskFreeMin", standard.freeBytesMin(), 1 << 20, 1L << 40);
        if (!end.isZero() && end.compareTo(stall) <= 0) {
            section.problems().add(section.name("diskStallEnd"), Units.text(end), "more than diskStall, or 0s");
            return standard;
        }
        return new DiskRules(stall, end, free);
    }

    /** A founding member may repeat its place and addresses, but not contradict them. */
    private static NodeEntry sameAs(Section section, NodeEntry founder) {
        same(section, "region", founder.region());
        same(section, "zone", founder.zone());
        same(section, "peer", founder.peer());
        same(section, "client", founder.client());
        return founder;
    }

    private static void same(Section section, String key, String value) {
        section.optionalText(key, value::equals, value + ", as in cluster.nodes");
    }

    private static NodeEntry joining(Section section, String id, ClusterConfig cluster) {
        String why = id.isEmpty() ? "" : ", because " + id + " is not in cluster.nodes";
        List<String> regions = cluster.regions();
        Predicate<String> place = NodeEntry.PLACE.asMatchPredicate();
        return new NodeEntry(
                id.isEmpty() ? NodeEntry.NO_ID : new NodeId(id),
                section.text("region", regions::contains, "one of " + String.join(", ", regions) + why),
                section.text("zone", place, NodeEntry.PLACE_EXPECTED + why),
                section.text("peer", Address::isReachable, Address.REACHABLE + why),
                section.text("client", Address::isReachable, Address.REACHABLE + why));
    }

    private static Path directory(Section section) {
        String text = section.text("dataDirectory", NodeConfig::isPath, "a directory");
        return Path.of(text).toAbsolutePath().normalize();
    }

    static boolean isPath(String text) {
        try {
            Path.of(text);
            return !text.isBlank();
        } catch (InvalidPathException notAPath) {
            return false;
        }
    }
}
