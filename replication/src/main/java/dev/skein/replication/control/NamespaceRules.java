package dev.skein.replication.control;

import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.FsyncMode;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.Presence;
import dev.skein.proto.admin.v1.SurvivalGoal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Defaults and bounds of a namespace's policy. */
final class NamespaceRules {

    static final long DEDUP_WINDOW_MS_DEFAULT = 600_000;
    // A week: the window's index grows with it.
    static final long DEDUP_WINDOW_MS_MAX = 7L * 24 * 3600 * 1000;

    private NamespaceRules() {}

    /** Fills what was left unset. */
    static NamespaceSpec complete(NamespaceSpec wanted, List<String> regions) {
        NamespaceSpec.Builder spec = wanted.toBuilder();
        if (spec.getShards() == 0) {
            spec.setShards(Limits.SHARDS_DEFAULT);
        }
        if (spec.getSurvivalGoal() == SurvivalGoal.SURVIVAL_GOAL_UNSPECIFIED) {
            spec.setSurvivalGoal(
                    regions.size() >= 3 ? SurvivalGoal.SURVIVAL_GOAL_REGION : SurvivalGoal.SURVIVAL_GOAL_ZONE);
        }
        if (spec.getHomeRegion().isEmpty() && !regions.isEmpty()) {
            spec.setHomeRegion(regions.get(0));
        }
        if (spec.getFsync() == FsyncMode.FSYNC_MODE_UNSPECIFIED) {
            spec.setFsync(FsyncMode.FSYNC_MODE_ALWAYS);
        }
        if (spec.getDedupWindowMs() == 0) {
            spec.setDedupWindowMs(DEDUP_WINDOW_MS_DEFAULT);
        }
        if (spec.getMessageBytesMax() == 0) {
            spec.setMessageBytesMax(Limits.MESSAGE_BYTES_DEFAULT);
        }
        return spec.build();
    }

    /** The policy after a change. Values that this version doesn't know stay what they are, for {@link #problem} to name them. */
    static NamespaceSpec alter(NamespaceSpec present, AlterNamespaceRequest change) {
        NamespaceSpec.Builder spec = present.toBuilder();
        if (change.hasSurvivalGoal()) {
            spec.setSurvivalGoalValue(change.getSurvivalGoalValue());
        }
        if (change.hasHomeRegion()) {
            spec.setHomeRegion(change.getHomeRegion());
        }
        if (change.hasFsync()) {
            spec.setFsyncValue(change.getFsyncValue());
        }
        if (change.hasRetention()) {
            spec.setRetention(change.getRetention());
        }
        if (change.hasDedupWindowMs()) {
            spec.setDedupWindowMs(change.getDedupWindowMs());
        }
        if (change.hasMessageBytesMax()) {
            spec.setMessageBytesMax(change.getMessageBytesMax());
        }
        if (change.hasPresence()) {
            spec.setPresence(change.getPresence());
        }
        if (change.hasEdge()) {
            spec.getEdgeBuilder().mergeFrom(change.getEdge());
        }
        return spec.build();
    }

    /** What is wrong with a policy, or null. */
    static @Nullable String problem(NamespaceSpec spec) {
        if (spec.getShards() < 1 || spec.getShards() > Limits.SHARDS_MAX) {
            return Checks.text("shards", spec.getShards(), "1 to " + Limits.SHARDS_MAX);
        }
        if (spec.getSurvivalGoal() == SurvivalGoal.UNRECOGNIZED
                || spec.getSurvivalGoal() == SurvivalGoal.SURVIVAL_GOAL_UNSPECIFIED) {
            return Checks.text("survivalGoal", spec.getSurvivalGoalValue(), "ZONE or REGION");
        }
        if (spec.getVoters() != 0 && spec.getVoters() != 3 && spec.getVoters() != 5) {
            return Checks.text("voters", spec.getVoters(), "3 or 5");
        }
        if (spec.getVoters() == 5 && spec.getSurvivalGoal() == SurvivalGoal.SURVIVAL_GOAL_ZONE) {
            return Checks.text("voters", 5, "3 with the survival goal ZONE");
        }
        if (spec.getFsync() != FsyncMode.FSYNC_MODE_ALWAYS && spec.getFsync() != FsyncMode.FSYNC_MODE_INTERVAL) {
            return Checks.text("fsync", spec.getFsyncValue(), "ALWAYS or INTERVAL");
        }
        if (spec.getDedupWindowMs() < 1 || spec.getDedupWindowMs() > DEDUP_WINDOW_MS_MAX) {
            return Checks.text("dedupWindow", spec.getDedupWindowMs() + "ms", "1ms to 7d");
        }
        if (spec.getMessageBytesMax() < 1 || spec.getMessageBytesMax() > Limits.MESSAGE_BYTES_CEILING) {
            return Checks.text("messageSizeMax", spec.getMessageBytesMax(), "1 to " + Limits.MESSAGE_BYTES_CEILING);
        }
        String presence = problem(spec.getPresence());
        return presence == null ? EdgeRules.problem(spec.getEdge()) : presence;
    }

    private static @Nullable String problem(Presence presence) {
        long lease = presence.getLeaseMs();
        if (lease != 0 && (lease < Limits.PRESENCE_LEASE_MS_MIN || lease > Limits.PRESENCE_LEASE_MS_MAX)) {
            return Checks.text(
                    "presenceLease",
                    lease + "ms",
                    Limits.PRESENCE_LEASE_MS_MIN + "ms to " + Limits.PRESENCE_LEASE_MS_MAX + "ms");
        }
        int members = presence.getMembersMax();
        if (members < 0 || members > Limits.MEMBERS_CEILING) {
            return Checks.text("membersMax", Integer.toUnsignedString(members), "1 to " + Limits.MEMBERS_CEILING);
        }
        return null;
    }
}
