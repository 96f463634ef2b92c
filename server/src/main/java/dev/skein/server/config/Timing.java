package dev.skein.server.config;

import java.time.Duration;
import java.util.Locale;

/**
 * How patient Raft is, chosen by the distance between voters. The same on every node: groups with different election timeouts
 * disturb each other.
 *
 * @param zone for shards whose voters share a region
 * @param region for shards whose voters are in several regions, and the control group
 * @param heartbeatDivisor heartbeats are sent every election timeout divided by this
 */
public record Timing(Election zone, Election region, int heartbeatDivisor) {

    /**
     * When a follower stops trusting its leader.
     *
     * @param timeout silence after which it stands for election
     * @param spread random addition of up to this much, so that candidates don't collide
     */
    public record Election(Duration timeout, Duration spread) {}

    /** Named settings for usual distances. */
    enum Preset {
        /** All regions within a millisecond or two. */
        LAN(500, 200, 2),
        /** Regions of one continent: 13 to 31 ms round trip. */
        CLOSE(500, 200, 2),
        /** Both coasts and Europe: 65 to 135 ms. */
        ATLANTIC(650, 250, 3),
        /** America, Europe and Asia: 75 to 215 ms. The timeout is a heartbeat, 215 ms and a pause; the spread parts voters of one region. */
        GLOBAL(650, 200, 3);

        final Timing timing;

        Preset(int regionMillis, int regionSpreadMillis, int heartbeatDivisor) {
            this.timing = new Timing(election(500, 150), election(regionMillis, regionSpreadMillis), heartbeatDivisor);
        }
    }

    private static final Duration MIN = Duration.ofMillis(50);
    private static final Duration MAX = Duration.ofSeconds(60);

    /** Reads the key {@code timing}: a preset's name, or a mapping that starts from a preset. */
    static Timing read(Section cluster) {
        if (!cluster.has("timing") || cluster.isText("timing")) {
            return cluster.word("timing", Preset.class, Preset.LAN).timing;
        }
        Section section = cluster.section("timing");
        Timing base = section.word("preset", Preset.class, Preset.LAN).timing;
        Timing timing = new Timing(election(section, "zone", base.zone), election(section, "region", base.region), (int)
                section.number("heartbeatDivisor", base.heartbeatDivisor, 2, 20));
        section.refuseUnknownKeys();
        return timing;
    }

    /** Time between heartbeats of groups within a region. */
    public Duration zoneHeartbeat() {
        return zone.timeout().dividedBy(heartbeatDivisor);
    }

    /** Time between heartbeats of groups over several regions. */
    public Duration regionHeartbeat() {
        return region.timeout().dividedBy(heartbeatDivisor);
    }

    /** Names of all presets, for texts. */
    static String presets() {
        StringBuilder names = new StringBuilder();
        for (Preset preset : Preset.values()) {
            names.append(names.isEmpty() ? "" : ", ").append(preset.name().toLowerCase(Locale.ROOT));
        }
        return names.toString();
    }

    private static Election election(Section section, String prefix, Election base) {
        return new Election(
                section.duration(prefix + "ElectionTimeout", base.timeout, MIN, MAX),
                section.duration(prefix + "ElectionSpread", base.spread, Duration.ofMillis(10), MAX));
    }

    private static Election election(int timeoutMillis, int spreadMillis) {
        return new Election(Duration.ofMillis(timeoutMillis), Duration.ofMillis(spreadMillis));
    }
}
