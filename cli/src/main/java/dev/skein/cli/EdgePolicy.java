package dev.skein.cli;

import dev.skein.client.admin.EdgeClients;
import dev.skein.client.admin.EdgeGrant;
import dev.skein.client.admin.EdgeOptions;
import dev.skein.client.admin.EdgePayload;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What clients of the edge may do in a namespace. What isn't given is as by default in a new namespace, and stays in one that is there. */
final class EdgePolicy {

    private static final String WHO = "ANYONE, USERS, SUBSCRIBERS, SUBSCRIBED_USERS or NOBODY";

    @Option(
            names = "--edge-subscribe",
            paramLabel = "WHO",
            defaultValue = "DEFAULT",
            description = "Edge clients that may subscribe: ANYONE, USERS or NOBODY.")
    private EdgeClients subscribe = EdgeClients.DEFAULT;

    @Option(
            names = "--edge-publish",
            paramLabel = "WHO",
            defaultValue = "DEFAULT",
            description = "Edge clients that may publish: " + WHO + ".")
    private EdgeClients publish = EdgeClients.DEFAULT;

    @Option(
            names = "--edge-presence",
            paramLabel = "WHO",
            defaultValue = "DEFAULT",
            description = "Edge clients that may see who is there: " + WHO + ".")
    private EdgeClients presence = EdgeClients.DEFAULT;

    @Option(
            names = "--edge-history",
            paramLabel = "WHO",
            defaultValue = "DEFAULT",
            description = "Edge clients that may read history: " + WHO + ", or OFF.")
    private EdgeClients history = EdgeClients.DEFAULT;

    @Option(
            names = "--edge-positioning",
            paramLabel = "WHEN",
            defaultValue = "DEFAULT",
            description = "Whether subscriptions are told where they are: ASKED, ALWAYS or NEVER.")
    private EdgeGrant positioning = EdgeGrant.DEFAULT;

    @Option(
            names = "--edge-recovery",
            paramLabel = "WHEN",
            defaultValue = "DEFAULT",
            description = "Whether they may go on where they were: ASKED, ALWAYS or NEVER.")
    private EdgeGrant recovery = EdgeGrant.DEFAULT;

    @Option(
            names = "--edge-differences",
            paramLabel = "WHEN",
            defaultValue = "DEFAULT",
            description = "Whether they may be sent differences: ASKED or NEVER.")
    private EdgeGrant differences = EdgeGrant.DEFAULT;

    @Option(
            names = "--edge-payload",
            paramLabel = "WHAT",
            defaultValue = "DEFAULT",
            description = "What edge clients may publish: ANY, JSON or JSON_OBJECT.")
    private EdgePayload payload = EdgePayload.DEFAULT;

    @Option(
            names = "--edge-user-limited",
            arity = "1",
            paramLabel = "true|false",
            description = "Whether name#u1,u2 is for the users u1 and u2 only.")
    private @Nullable Boolean userLimited;

    EdgeOptions options() {
        return new EdgeOptions(
                subscribe,
                publish,
                presence,
                history,
                positioning,
                recovery,
                differences,
                payload,
                Optional.ofNullable(userLimited));
    }

    /** As they hold: with what is meant where nothing is said. */
    static Map<String, Object> json(EdgeOptions options) {
        return Json.of(
                "subscribe", name(options.subscribe()),
                "publish", name(options.publish()),
                "presence", name(options.presence()),
                "history", name(options.history()),
                "positioning", name(options.positioning()),
                "recovery", name(options.recovery()),
                "differences", name(options.differences()),
                "payload", (options.payload() == EdgePayload.DEFAULT ? EdgePayload.ANY : options.payload()).name(),
                "userLimited", options.userLimited().orElse(false));
    }

    private static String name(EdgeClients clients) {
        return (clients == EdgeClients.DEFAULT ? EdgeClients.ANYONE : clients).name();
    }

    private static String name(EdgeGrant grant) {
        return (grant == EdgeGrant.DEFAULT ? EdgeGrant.ASKED : grant).name();
    }
}
