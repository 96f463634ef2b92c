package dev.skein.server.admin;

import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.Presence;
import dev.skein.proto.admin.v1.SurvivalGoal;
import dev.skein.replication.control.EdgeRules;
import java.util.Collection;

/**
 * What can be said of a namespace request without the control group: names, ranges, words. Whether the nodes can meet the goal is
 * the control group's to say.
 */
final class NamespaceChecks {

    /** Status and gossip call the control group so. */
    private static final String RESERVED = "control";

    private static final long DEDUP_WINDOW_MS_MIN = 1_000;
    private static final long DEDUP_WINDOW_MS_MAX = 7L * 24 * 3_600_000;

    private NamespaceChecks() {}

    /** @throws IllegalArgumentException naming the first field that is wrong */
    static void check(NamespaceSpec spec, Collection<String> regions) {
        ChannelName.checkNamespace(spec.getName());
        Checks.check(
                !spec.getName().equals(RESERVED), "name", RESERVED, "another name; the control group has this one");
        Checks.check(
                spec.getShards() >= 0 && spec.getShards() <= Limits.SHARDS_MAX,
                "shards",
                Integer.toUnsignedString(spec.getShards()),
                "1 to " + Limits.SHARDS_MAX + ", or 0 for " + Limits.SHARDS_DEFAULT);
        known("survival_goal", spec.getSurvivalGoal() != SurvivalGoal.UNRECOGNIZED, spec.getSurvivalGoalValue());
        known("fsync", spec.getFsync() != dev.skein.proto.admin.v1.FsyncMode.UNRECOGNIZED, spec.getFsyncValue());
        voters(spec);
        homeRegion(spec.getHomeRegion(), regions);
        dedupWindow(spec.getDedupWindowMs());
        messageBytes(spec.getMessageBytesMax());
        presence(spec.getPresence());
        String edge = EdgeRules.problem(spec.getEdge());
        if (edge != null) {
            throw new IllegalArgumentException(edge);
        }
    }

    /**
     * What of the edge's options doesn't go together depends on those that stay, which the control group knows.
     *
     * @throws IllegalArgumentException naming the first field that is wrong
     */
    static void check(AlterNamespaceRequest request, Collection<String> regions) {
        ChannelName.checkNamespace(request.getName());
        known("survival_goal", request.getSurvivalGoal() != SurvivalGoal.UNRECOGNIZED, request.getSurvivalGoalValue());
        known("fsync", request.getFsync() != dev.skein.proto.admin.v1.FsyncMode.UNRECOGNIZED, request.getFsyncValue());
        homeRegion(request.getHomeRegion(), regions);
        dedupWindow(request.getDedupWindowMs());
        messageBytes(request.getMessageBytesMax());
        presence(request.getPresence());
    }

    private static void known(String name, boolean known, int value) {
        Checks.check(known, name, value, "a value of this protocol version");
    }

    private static void voters(NamespaceSpec spec) {
        int voters = spec.getVoters();
        boolean zone = spec.getSurvivalGoal() == SurvivalGoal.SURVIVAL_GOAL_ZONE;
        Checks.check(
                voters == 0 || voters == 3 || (voters == 5 && !zone),
                "voters",
                Integer.toUnsignedString(voters),
                zone ? "3 for survival goal ZONE, or 0" : "3, 5, or 0 for what the goal suggests");
    }

    private static void homeRegion(String region, Collection<String> regions) {
        Checks.check(
                region.isEmpty() || regions.contains(region),
                "home_region",
                region,
                "one of " + String.join(", ", regions));
    }

    private static void dedupWindow(long millis) {
        Checks.check(
                millis == 0 || (millis >= DEDUP_WINDOW_MS_MIN && millis <= DEDUP_WINDOW_MS_MAX),
                "dedup_window_ms",
                Long.toUnsignedString(millis),
                DEDUP_WINDOW_MS_MIN + " to " + DEDUP_WINDOW_MS_MAX + ", or 0 for the default");
    }

    private static void messageBytes(long bytes) {
        Checks.check(
                bytes >= 0 && bytes <= Limits.MESSAGE_BYTES_CEILING,
                "message_bytes_max",
                Long.toUnsignedString(bytes),
                "1 to " + Limits.MESSAGE_BYTES_CEILING + ", or 0 for " + Limits.MESSAGE_BYTES_DEFAULT);
    }

    private static void presence(Presence presence) {
        long lease = presence.getLeaseMs();
        Checks.check(
                lease == 0 || lease >= Limits.PRESENCE_LEASE_MS_MIN && lease <= Limits.PRESENCE_LEASE_MS_MAX,
                "presence.lease_ms",
                Long.toUnsignedString(lease),
                Limits.PRESENCE_LEASE_MS_MIN + " to " + Limits.PRESENCE_LEASE_MS_MAX + ", or 0 for "
                        + Limits.PRESENCE_LEASE_MS_DEFAULT);
        int members = presence.getMembersMax();
        Checks.check(
                members >= 0 && members <= Limits.MEMBERS_CEILING,
                "presence.members_max",
                Integer.toUnsignedString(members),
                "1 to " + Limits.MEMBERS_CEILING + ", or 0 for " + Limits.MEMBERS_DEFAULT);
    }
}
