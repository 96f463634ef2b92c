package dev.skein.cli;

import dev.skein.client.BlockingClient;
import dev.skein.client.SkeinClient;
import dev.skein.client.admin.AccessKey;
import dev.skein.client.admin.Capability;
import dev.skein.client.admin.CreatedKey;
import dev.skein.client.admin.KeySpec;
import dev.skein.client.admin.Permission;
import dev.skein.client.admin.Quota;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes, lists and revokes API keys, and revokes tokens. */
@Command(
        name = "keys",
        description = "Makes, lists and revokes API keys, and revokes tokens.",
        synopsisSubcommandLabel = "COMMAND")
final class KeysCommand implements Runnable {

    private static final String ALLOW = "permissions=channels, such as publish,subscribe=chat:room*";

    @Spec
    private CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "COMMAND: none given (expected: create, list, revoke or revoke-tokens)");
    }

    @Command(name = "create", description = "Makes a key and prints it. Its secret can't be had again.")
    void create(
            @Mixin ClusterOptions cluster,
            @Option(
                            names = "--allow",
                            paramLabel = "PERMISSIONS=CHANNELS",
                            required = true,
                            description = "publish, subscribe, history, presence, admin; namespace:name,"
                                    + " namespace:prefix* or *. May be given several times.")
                    List<String> allow,
            @Option(names = "--label", defaultValue = "", description = "For people.") String label,
            @Option(names = "--expires-in", paramLabel = "DURATION", description = "Default: never.") @Nullable
                    String expiresIn,
            @Option(names = "--messages-per-second", defaultValue = "0", description = "On each node; 0: unlimited.")
                    long messages,
            @Option(names = "--bytes-per-second", defaultValue = "0", description = "On each node; 0: unlimited.")
                    long bytes,
            @Option(
                            names = "--streams",
                            defaultValue = "0",
                            description = "Sessions at once on each node; 0: unlimited.")
                    int streams) {
        KeySpec wanted = new KeySpec(
                label,
                allow.stream().map(KeysCommand::capability).toList(),
                new Quota(
                        notNegative("--messages-per-second", messages), notNegative("--bytes-per-second", bytes), (int)
                                notNegative("--streams", streams)),
                Optional.ofNullable(expiresIn).map(text -> Instant.now().plus(Durations.parse("--expires-in", text))));
        try (SkeinClient client = cluster.connect()) {
            CreatedKey created = BlockingClient.await(client.admin().createKey(wanted));
            Map<String, Object> json = json(created.key());
            json.put("key", created.text());
            cluster.output().print(json, new Output.Table("KEY").row(created.text()));
        }
    }

    @Command(name = "list", description = "Prints all keys, without their secrets.")
    void list(@Mixin ClusterOptions cluster) {
        try (SkeinClient client = cluster.connect()) {
            List<AccessKey> keys = BlockingClient.await(client.admin().keys());
            var table = new Output.Table("ID", "LABEL", "ALLOWS", "EXPIRES", "MESSAGES/S", "BYTES/S", "STREAMS");
            for (AccessKey key : keys) {
                Quota quota = key.spec().quota();
                table.row(
                        key.id(),
                        key.spec().label(),
                        key.spec().capabilities().stream()
                                .map(KeysCommand::text)
                                .collect(Collectors.joining(" ")),
                        key.spec().expires().map(Instant::toString).orElse("never"),
                        quota.messagesPerSecond(),
                        quota.bytesPerSecond(),
                        quota.streams());
            }
            cluster.output()
                    .print(Json.of("keys", keys.stream().map(KeysCommand::json).toList()), table);
        }
    }

    @Command(name = "revoke", description = "Ends a key for good, and its sessions on all nodes.")
    void revoke(@Mixin ClusterOptions cluster, @Parameters(paramLabel = "ID") String id) {
        try (SkeinClient client = cluster.connect()) {
            boolean existed = BlockingClient.await(client.admin().revokeKey(id));
            if (!existed) {
                throw new IllegalArgumentException("ID: " + id + " (expected: a key that exists, without its secret)");
            }
            cluster.output().print(Json.of("revoked", id), new Output.Table("REVOKED").row(id));
        }
    }

    @Command(name = "revoke-tokens", description = "Ends signed tokens before they expire, and their sessions.")
    void revokeTokens(
            @Mixin ClusterOptions cluster,
            @Option(names = "--subject", description = "All tokens of this sub that were issued before now.") @Nullable
                    String subject,
            @Option(names = "--id", description = "The token with this jti.") @Nullable String id) {
        if (subject == null == (id == null)) {
            throw new IllegalArgumentException("--subject, --id: none or both (expected: one of them)");
        }
        try (SkeinClient client = cluster.connect()) {
            BlockingClient.await(
                    subject == null
                            ? client.admin().revokeToken(String.valueOf(id))
                            : client.admin().revokeSubject(subject));
            String what = subject == null ? "jti " + id : "sub " + subject;
            cluster.output().print(Json.of("revoked", what), new Output.Table("REVOKED").row(what));
        }
    }

    /** What the cluster must check isn't checked here. */
    static Capability capability(String allow) {
        int equals = allow.indexOf('=');
        try {
            List<Permission> permissions = Arrays.stream(
                            allow.substring(0, Math.max(0, equals)).split(","))
                    .map(word -> Permission.valueOf(word.strip().toUpperCase(Locale.ROOT)))
                    .toList();
            return new Capability(allow.substring(equals + 1), permissions);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException("--allow: " + allow + " (expected: " + ALLOW + ")", unknown);
        }
    }

    private static long notNegative(String option, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(option + ": " + value + " (expected: 0 or more)");
        }
        return value;
    }

    private static String text(Capability capability) {
        return capability.permissions().stream().map(KeysCommand::word).collect(Collectors.joining(",")) + "="
                + capability.channels();
    }

    private static String word(Permission permission) {
        return permission.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> json(AccessKey key) {
        return Json.of(
                "id", key.id(),
                "label", key.spec().label(),
                "capabilities",
                        key.spec().capabilities().stream()
                                .map(each -> Json.of(
                                        "channels",
                                        each.channels(),
                                        "permissions",
                                        each.permissions().stream()
                                                .map(KeysCommand::word)
                                                .toList()))
                                .toList(),
                "messagesPerSecond", key.spec().quota().messagesPerSecond(),
                "bytesPerSecond", key.spec().quota().bytesPerSecond(),
                "streams", key.spec().quota().streams(),
                "createdMs", key.created().toEpochMilli(),
                "expiresMs", key.spec().expires().map(Instant::toEpochMilli).orElse(0L));
    }
}
