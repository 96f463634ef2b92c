package dev.skein.server.config;

import dev.skein.core.ChannelName;
import dev.skein.core.Limits;
import dev.skein.proto.admin.v1.FsyncMode;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.Retention;
import dev.skein.proto.admin.v1.SurvivalGoal;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A namespace that is created when the cluster first starts. Later changes are made at run time; the file is not asked again.
 *
 * @param name lower-case letters, digits, '-' and '_', starting with a letter
 * @param shards fixed for ever
 * @param survivalGoal what its messages must outlive
 * @param homeRegion where its leaders prefer to be
 * @param voters 3, 5, or 0 for what the goal suggests
 * @param fsync when an acknowledged message is on disk
 * @param retentionAge 0 means for ever
 * @param retentionBytes per channel, 0 means unlimited
 * @param retentionMessages per channel, 0 means unlimited
 * @param dedupWindow how long message ids are remembered, in log time
 * @param messageSizeMax bytes of the largest message
 */
public record NamespaceConfig(
        String name,
        int shards,
        Goal survivalGoal,
        String homeRegion,
        int voters,
        Fsync fsync,
        Duration retentionAge,
        long retentionBytes,
        long retentionMessages,
        Duration dedupWindow,
        long messageSizeMax) {

    /** What a namespace's messages must outlive. */
    public enum Goal {
        ZONE,
        REGION
    }

    /** When an acknowledged message is on disk. */
    public enum Fsync {
        ALWAYS,
        INTERVAL
    }

    private static final Pattern NAME = Pattern.compile("(?!control$)[a-z][a-z0-9_-]{0,63}");
    private static final Duration TEN_YEARS = Duration.ofDays(3_650);

    static NamespaceConfig read(Section section, List<String> regions) {
        Goal goal = section.word("survivalGoal", Goal.class, regions.size() >= 3 ? Goal.REGION : Goal.ZONE);
        Section retention = section.has("retention") ? section.section("retention") : section;
        boolean kept = retention != section;
        NamespaceConfig namespace = new NamespaceConfig(
                section.text(
                        "name",
                        NAME.asMatchPredicate(),
                        "1 to 64 lower-case letters, digits, '-' or '_', starting with a letter, not control"),
                (int) section.number("shards", Limits.SHARDS_DEFAULT, 1, Limits.SHARDS_MAX),
                goal,
                homeRegion(section, regions),
                voters(section, goal),
                section.word("fsync", Fsync.class, Fsync.ALWAYS),
                kept ? retention.duration("age", Duration.ZERO, Duration.ZERO, TEN_YEARS) : Duration.ZERO,
                kept ? retention.size("bytes", 0, 0, 1L << 50) : 0,
                kept ? retention.number("messages", 0, 0, Long.MAX_VALUE) : 0,
                section.duration("dedupWindow", Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofDays(7)),
                section.size("messageSizeMax", Limits.MESSAGE_BYTES_DEFAULT, 1, Limits.MESSAGE_BYTES_CEILING));
        if (kept) {
            retention.refuseUnknownKeys();
        }
        section.refuseUnknownKeys();
        return namespace;
    }

    /** The same as the control group's command wants it. */
    public NamespaceSpec toSpec() {
        return NamespaceSpec.newBuilder()
                .setName(name)
                .setShards(shards)
                .setSurvivalGoal(
                        survivalGoal == Goal.REGION
                                ? SurvivalGoal.SURVIVAL_GOAL_REGION
                                : SurvivalGoal.SURVIVAL_GOAL_ZONE)
                .setHomeRegion(homeRegion)
                .setVoters(voters)
                .setFsync(fsync == Fsync.ALWAYS ? FsyncMode.FSYNC_MODE_ALWAYS : FsyncMode.FSYNC_MODE_INTERVAL)
                .setRetention(Retention.newBuilder()
                        .setAgeMs(retentionAge.toMillis())
                        .setBytesPerChannel(retentionBytes)
                        .setMessagesPerChannel(retentionMessages))
                .setDedupWindowMs(dedupWindow.toMillis())
                .setMessageBytesMax(messageSizeMax)
                .build();
    }

    /** The namespace of channels that name none, with nothing but defaults. */
    static NamespaceConfig standard(List<String> regions) {
        return new NamespaceConfig(
                ChannelName.DEFAULT_NAMESPACE,
                Limits.SHARDS_DEFAULT,
                regions.size() >= 3 ? Goal.REGION : Goal.ZONE,
                regions.get(0),
                0,
                Fsync.ALWAYS,
                Duration.ZERO,
                0,
                0,
                Duration.ofMinutes(10),
                Limits.MESSAGE_BYTES_DEFAULT);
    }

    private static String homeRegion(Section section, List<String> regions) {
        String first = regions.isEmpty() ? "" : regions.get(0);
        return section.optionalText(
                        "homeRegion",
                        region -> regions.isEmpty() || regions.contains(region),
                        "one of " + String.join(", ", regions))
                .orElse(first);
    }

    private static int voters(Section section, Goal goal) {
        int voters = (int) section.number("voters", 0, 0, 5);
        boolean fits = voters == 0 || voters == 3 || (voters == 5 && goal == Goal.REGION);
        if (!fits) {
            section.problems()
                    .add(section.name("voters"), voters, goal == Goal.REGION ? "3 or 5" : "3 for survival goal ZONE");
        }
        return voters;
    }
}
