package dev.skein.replication.control;

import dev.skein.core.Checks;
import dev.skein.proto.admin.v1.EdgeClients;
import dev.skein.proto.admin.v1.EdgeGrant;
import dev.skein.proto.admin.v1.EdgeOptions;
import dev.skein.proto.admin.v1.EdgePayload;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a namespace's options for clients of the edge may be, each by itself and together. */
public final class EdgeRules {

    private static final Set<EdgeClients> ALL =
            EnumSet.range(EdgeClients.EDGE_CLIENTS_UNSPECIFIED, EdgeClients.EDGE_CLIENTS_NOBODY);
    private static final Set<EdgeClients> NOT_SUBSCRIBED = EnumSet.of(
            EdgeClients.EDGE_CLIENTS_UNSPECIFIED,
            EdgeClients.EDGE_CLIENTS_ANYONE,
            EdgeClients.EDGE_CLIENTS_USERS,
            EdgeClients.EDGE_CLIENTS_NOBODY);
    private static final Set<EdgeClients> ALL_OR_OFF =
            EnumSet.range(EdgeClients.EDGE_CLIENTS_UNSPECIFIED, EdgeClients.EDGE_CLIENTS_OFF);
    private static final Set<EdgeGrant> GRANTS =
            EnumSet.range(EdgeGrant.EDGE_GRANT_UNSPECIFIED, EdgeGrant.EDGE_GRANT_NEVER);
    private static final Set<EdgeGrant> NOT_ALWAYS =
            EnumSet.of(EdgeGrant.EDGE_GRANT_UNSPECIFIED, EdgeGrant.EDGE_GRANT_ASKED, EdgeGrant.EDGE_GRANT_NEVER);
    private static final Set<EdgePayload> PAYLOADS =
            EnumSet.range(EdgePayload.EDGE_PAYLOAD_UNSPECIFIED, EdgePayload.EDGE_PAYLOAD_JSON_OBJECT);

    private EdgeRules() {}

    /** What is wrong with options, or null. */
    public static @Nullable String problem(EdgeOptions options) {
        String problem = unknown(options);
        return problem == null ? contradiction(options) : problem;
    }

    private static @Nullable String unknown(EdgeOptions options) {
        String[] problems = {
            problem("subscribe", options.getSubscribe(), options.getSubscribeValue(), NOT_SUBSCRIBED),
            problem("publish", options.getPublish(), options.getPublishValue(), ALL),
            problem("presence", options.getPresence(), options.getPresenceValue(), ALL),
            problem("history", options.getHistory(), options.getHistoryValue(), ALL_OR_OFF),
            problem("positioning", options.getPositioning(), options.getPositioningValue(), GRANTS),
            problem("recovery", options.getRecovery(), options.getRecoveryValue(), GRANTS),
            problem("differences", options.getDifferences(), options.getDifferencesValue(), NOT_ALWAYS),
            problem("payload", options.getPayload(), options.getPayloadValue(), PAYLOADS)
        };
        for (String each : problems) {
            if (each != null) {
                return each;
            }
        }
        return null;
    }

    private static @Nullable String contradiction(EdgeOptions options) {
        boolean off = options.getHistory() == EdgeClients.EDGE_CLIENTS_OFF;
        if (off && options.getRecovery() == EdgeGrant.EDGE_GRANT_ALWAYS) {
            return Checks.text("edge.recovery", "ALWAYS", "ASKED or NEVER with edge.history OFF");
        }
        if (options.getPositioning() == EdgeGrant.EDGE_GRANT_NEVER
                && !off
                && options.getRecovery() != EdgeGrant.EDGE_GRANT_NEVER) {
            return Checks.text(
                    "edge.positioning", "NEVER", "ASKED or ALWAYS, unless edge.recovery is NEVER or edge.history OFF");
        }
        return null;
    }

    private static <E extends Enum<E>> @Nullable String problem(String name, E value, int number, Set<E> allowed) {
        return allowed.contains(value)
                ? null
                : Checks.text(
                        "edge." + name,
                        value.name().equals("UNRECOGNIZED") ? number : word(value),
                        allowed.stream()
                                .filter(each -> each.ordinal() > 0)
                                .map(EdgeRules::word)
                                .collect(Collectors.joining(", ")));
    }

    /** A value as people write it, without the enum's name before it. */
    private static String word(Enum<?> value) {
        String prefix = value instanceof EdgeClients
                ? "EDGE_CLIENTS_"
                : value instanceof EdgeGrant ? "EDGE_GRANT_" : "EDGE_PAYLOAD_";
        return value.name().substring(prefix.length());
    }
}
