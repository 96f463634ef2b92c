package dev.skein.cli;

import dev.skein.client.BlockingClient;
import dev.skein.client.SkeinClient;
import dev.skein.client.admin.FsyncMode;
import dev.skein.client.admin.Namespace;
import dev.skein.client.admin.NamespaceChange;
import dev.skein.client.admin.NamespaceSpec;
import dev.skein.client.admin.Presence;
import dev.skein.client.admin.Retention;
import dev.skein.client.admin.SurvivalGoal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists, creates and alters namespaces. */
@Command(
        name = "namespaces",
        description = "Lists, creates and alters namespaces.",
        synopsisSubcommandLabel = "COMMAND")
final class NamespacesCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "COMMAND: none given (expected: list, create or alter)");
    }

    @Command(name = "list", description = "Prints all namespaces.")
    void list(@Mixin ClusterOptions cluster) {
        try (SkeinClient client = cluster.connect()) {
            print(cluster.output(), BlockingClient.await(client.admin().namespaces()));
        }
    }

    @Command(name = "create", description = "Creates a namespace.")
    void create(
            @Mixin ClusterOptions cluster,
            @Mixin Policy policy,
            @Mixin EdgePolicy edge,
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--shards", defaultValue = "0", description = "1 to 1024, fixed; default 24.") int shards,
            @Option(names = "--voters", defaultValue = "0", description = "3 or 5; default: as the nodes allow.")
                    int voters) {
        NamespaceSpec spec = new NamespaceSpec(
                name,
                shards,
                policy.goal().orElse(SurvivalGoal.DEFAULT),
                policy.home().orElse(""),
                voters,
                policy.fsync().orElse(FsyncMode.DEFAULT),
                policy.retention().orElse(Retention.unlimited()),
                policy.dedup().orElse(Duration.ZERO),
                policy.messageBytes().orElse(0),
                policy.presence().orElse(Presence.off()),
                edge.options());
        try (SkeinClient client = cluster.connect()) {
            print(cluster.output(), List.of(BlockingClient.await(client.admin().createNamespace(spec))));
        }
    }

    @Command(name = "alter", description = "Changes what is given and nothing else.")
    void alter(
            @Mixin ClusterOptions cluster,
            @Mixin Policy policy,
            @Mixin EdgePolicy edge,
            @Parameters(paramLabel = "NAME") String name) {
        NamespaceChange change = new NamespaceChange(
                name,
                policy.goal(),
                policy.home(),
                policy.fsync(),
                policy.retention(),
                policy.dedup(),
                policy.messageBytes(),
                policy.presence(),
                edge.options());
        try (SkeinClient client = cluster.connect()) {
            print(cluster.output(), List.of(BlockingClient.await(client.admin().alterNamespace(change))));
        }
    }

    private static void print(Output output, List<Namespace> namespaces) {
        var table = new Output.Table("NAMESPACE", "SHARDS", "GOAL", "HOME", "VOTERS", "FSYNC", "VERSION");
        for (Namespace namespace : namespaces) {
            NamespaceSpec spec = namespace.spec();
            table.row(
                    spec.name(),
                    spec.shards(),
                    spec.survivalGoal(),
                    spec.homeRegion(),
                    spec.voters(),
                    spec.fsync(),
                    namespace.version());
        }
        output.print(
                Json.of(
                        "namespaces",
                        namespaces.stream().map(NamespacesCommand::json).toList()),
                table);
    }

    private static Map<String, Object> json(Namespace namespace) {
        NamespaceSpec spec = namespace.spec();
        return Json.of(
                "name", spec.name(),
                "shards", spec.shards(),
                "survivalGoal", spec.survivalGoal().name(),
                "homeRegion", spec.homeRegion(),
                "voters", spec.voters(),
                "fsync", spec.fsync().name(),
                "retentionAgeMs", spec.retention().age().toMillis(),
                "retentionBytesPerChannel", spec.retention().bytesPerChannel(),
                "retentionMessagesPerChannel", spec.retention().messagesPerChannel(),
                "dedupWindowMs", spec.dedupWindow().toMillis(),
                "messageBytesMax", spec.messageBytesMax(),
                "presence", spec.presence().enabled(),
                "presenceLeaseMs", spec.presence().lease().toMillis(),
                "membersMax", spec.presence().membersMax(),
                "joinLeave", spec.presence().joinLeave(),
                "forceJoinLeave", spec.presence().forceJoinLeave(),
                "edge", EdgePolicy.json(spec.edge()),
                "version", namespace.version(),
                "epoch", namespace.epoch(),
                "placements",
                        namespace.placements().stream()
                                .map(at ->
                                        Json.of("shard", at.shard(), "voters", at.voters(), "learners", at.learners()))
                                .toList());
    }

    /** Options that both create and alter take. */
    static final class Policy {

        @Option(names = "--survival-goal", paramLabel = "GOAL", description = "ZONE or REGION.")
        private @Nullable SurvivalGoal goal;

        @Option(names = "--home-region", paramLabel = "REGION", description = "Where its leaders prefer to be.")
        private @Nullable String home;

        @Option(names = "--fsync", paramLabel = "MODE", description = "ALWAYS or INTERVAL.")
        private @Nullable FsyncMode fsync;

        @Option(names = "--retention-age", paramLabel = "DURATION", description = "0ms: unlimited.")
        private @Nullable String age;

        @Option(names = "--retention-bytes", paramLabel = "N", description = "Bytes per channel; 0: unlimited.")
        private @Nullable Long bytes;

        @Option(names = "--retention-messages", paramLabel = "N", description = "Messages per channel; 0: unlimited.")
        private @Nullable Long messages;

        @Option(names = "--dedup-window", paramLabel = "DURATION", description = "How long message ids are remembered.")
        private @Nullable String dedup;

        @Option(names = "--message-bytes-max", paramLabel = "N", description = "Largest message.")
        private @Nullable Long messageBytes;

        @Option(
                names = "--presence",
                arity = "1",
                paramLabel = "true|false",
                description = "Whether channels know who is in them.")
        private @Nullable Boolean presence;

        @Option(
                names = "--presence-lease",
                paramLabel = "DURATION",
                description = "How long a lost node's members stay.")
        private @Nullable String lease;

        @Option(names = "--members-max", paramLabel = "N", description = "Members of a channel; default 50000.")
        private @Nullable Integer membersMax;

        @Option(
                names = "--join-leave",
                paramLabel = "WHO",
                description = "NONE, ASKED or ALL are told who comes and goes.")
        private @Nullable Told told;

        /** Who is told who comes and goes. */
        enum Told {
            NONE,
            ASKED,
            ALL
        }

        /** Presence is replaced as a whole: what isn't given is as by default. */
        Optional<Presence> presence() {
            if (presence == null && lease == null && membersMax == null && told == null) {
                return Optional.empty();
            }
            return Optional.of(new Presence(
                    presence == null || presence,
                    lease == null ? Duration.ZERO : Durations.parse("--presence-lease", lease),
                    membersMax == null ? 0 : membersMax,
                    told == Told.ASKED || told == Told.ALL,
                    told == Told.ALL));
        }

        Optional<SurvivalGoal> goal() {
            return Optional.ofNullable(goal);
        }

        Optional<String> home() {
            return Optional.ofNullable(home);
        }

        Optional<FsyncMode> fsync() {
            return Optional.ofNullable(fsync);
        }

        /** Retention is replaced as a whole: what isn't given becomes unlimited. */
        Optional<Retention> retention() {
            if (age == null && bytes == null && messages == null) {
                return Optional.empty();
            }
            return Optional.of(new Retention(
                    age == null ? Duration.ZERO : Durations.parse("--retention-age", age),
                    bytes == null ? 0 : bytes,
                    messages == null ? 0 : messages));
        }

        Optional<Duration> dedup() {
            return Optional.ofNullable(dedup).map(text -> Durations.parse("--dedup-window", text));
        }

        OptionalLong messageBytes() {
            return messageBytes == null ? OptionalLong.empty() : OptionalLong.of(messageBytes);
        }
    }
}
