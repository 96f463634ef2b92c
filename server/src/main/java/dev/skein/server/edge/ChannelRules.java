package dev.skein.server.edge;

import com.google.protobuf.ByteString;
import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.proto.admin.v1.EdgeClients;
import dev.skein.proto.admin.v1.EdgeGrant;
import dev.skein.proto.admin.v1.EdgeOptions;
import dev.skein.proto.admin.v1.EdgePayload;
import dev.skein.proto.edge.v1.Error;
import dev.skein.proto.edge.v1.SubscribeRequest;
import dev.skein.server.access.ChannelClaims;
import dev.skein.server.locate.ShardMap;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a channel's namespace lets clients of the edge do there, now. What their credentials say is asked besides; both have to allow it.
 *
 * @param channel as the client wrote it
 * @param options of its namespace
 */
record ChannelRules(String channel, EdgeOptions options) {

    private static final char USERS_BEGIN = '#';

    /**
     * What a subscription gets.
     *
     * @param positioned whether it is told where it is
     * @param recoverable whether it may go on from there later
     * @param recovers whether it goes on where it was now
     * @param differences whether messages are sent as such
     */
    record Granted(boolean positioned, boolean recoverable, boolean recovers, boolean differences) {}

    /** Those of a channel; of one that doesn't exist, which somebody else refuses: everything. */
    static ChannelRules of(ShardMap shards, String channel) {
        try {
            return new ChannelRules(
                    channel, shards.edge(ChannelName.parse(channel).namespace()));
        } catch (IllegalArgumentException invalid) {
            return new ChannelRules(channel, EdgeOptions.getDefaultInstance());
        }
    }

    // ---- who may

    /**
     * Whether a client may subscribe by its own wish; null, or why not.
     *
     * @param user empty: nobody in particular
     */
    @Nullable
    Error subscribe(String user) {
        int users = channel.indexOf(USERS_BEGIN);
        if (options.getUserLimited() && users >= 0) {
            boolean named = !user.isEmpty()
                    && List.of(channel.substring(users + 1).split(",")).contains(user);
            return named ? null : denied("subscribe", "those that its name lists");
        }
        return allowed("subscribe", options.getSubscribe(), user, () -> false);
    }

    /**
     * Whether a client may publish that; null, or why not.
     *
     * @param user empty: nobody in particular
     * @param subscribed whether it follows the channel
     */
    @Nullable
    Error publish(String user, BooleanSupplier subscribed, ByteString data) {
        Error denied = allowed("publish", options.getPublish(), user, subscribed);
        return denied == null && !mayBe(data)
                ? Refusal.BAD_REQUEST.error(Checks.text(
                        "data",
                        data.size() + " bytes",
                        options.getPayload() == EdgePayload.EDGE_PAYLOAD_JSON ? "JSON" : "a JSON object"))
                : denied;
    }

    private boolean mayBe(ByteString data) {
        return switch (options.getPayload()) {
            case EDGE_PAYLOAD_JSON -> EdgeParts.JSON.carries(data.toByteArray());
            case EDGE_PAYLOAD_JSON_OBJECT -> isObject(data) && EdgeParts.JSON.carries(data.toByteArray());
            default -> true;
        };
    }

    private static boolean isObject(ByteString data) {
        for (byte each : data) {
            if (each != ' ' && each != '\t' && each != '\r' && each != '\n') {
                return each == '{';
            }
        }
        return false;
    }

    /** Whether a client may know who is there, where presence is on; null, or why not. */
    @Nullable
    Error presence(String user, BooleanSupplier subscribed) {
        return allowed("see presence", options.getPresence(), user, subscribed);
    }

    /** Whether a client may read what was published; null, or why not. */
    @Nullable
    Error history(String user, BooleanSupplier subscribed) {
        return hasHistory()
                ? allowed("read history", options.getHistory(), user, subscribed)
                : Refusal.NOT_AVAILABLE.error(
                        Checks.text("channel", channel, "one of a namespace whose edge.history isn't OFF"));
    }

    private @Nullable Error allowed(String what, EdgeClients clients, String user, BooleanSupplier subscribed) {
        boolean allowed =
                switch (clients) {
                    case EDGE_CLIENTS_UNSPECIFIED, EDGE_CLIENTS_ANYONE -> true;
                    case EDGE_CLIENTS_USERS -> !user.isEmpty();
                    case EDGE_CLIENTS_SUBSCRIBERS -> subscribed.getAsBoolean();
                    case EDGE_CLIENTS_SUBSCRIBED_USERS -> !user.isEmpty() && subscribed.getAsBoolean();
                    // Also what a later version may have written: it means less than everybody.
                    default -> false;
                };
        return allowed ? null : denied(what, word(clients));
    }

    private Error denied(String what, String whom) {
        return Refusal.PERMISSION_DENIED.error(
                Checks.text("channel", channel, "one whose namespace lets this client " + what + "; it lets " + whom));
    }

    private static String word(EdgeClients clients) {
        return switch (clients) {
            case EDGE_CLIENTS_USERS -> "USERS";
            case EDGE_CLIENTS_SUBSCRIBERS -> "SUBSCRIBERS";
            case EDGE_CLIENTS_SUBSCRIBED_USERS -> "SUBSCRIBED_USERS";
            default -> "NOBODY";
        };
    }

    // ---- what a subscription gets

    boolean hasHistory() {
        return options.getHistory() != EdgeClients.EDGE_CLIENTS_OFF;
    }

    /** Whether somebody who asks may go on where it was. */
    boolean recovers() {
        return hasHistory() && options.getRecovery() != EdgeGrant.EDGE_GRANT_NEVER;
    }

    /** Whether somebody who asks is told where it is. */
    boolean positions() {
        return options.getPositioning() != EdgeGrant.EDGE_GRANT_NEVER;
    }

    /** What somebody gets who asks for that; an issuer's word stands above the namespace's. */
    Granted grant(SubscribeRequest request, ChannelClaims claims) {
        boolean recoverable = is(claims.recovery(), options.getRecovery())
                || (request.getRecoverable() || request.getRecover()) && recovers();
        boolean positioned = recoverable
                || is(claims.positioning(), options.getPositioning())
                || request.getPositioned() && positions();
        return new Granted(
                positioned,
                recoverable,
                request.getRecover() && recoverable,
                !request.getDelta().isEmpty() && options.getDifferences() != EdgeGrant.EDGE_GRANT_NEVER);
    }

    private static boolean is(@Nullable Boolean said, EdgeGrant option) {
        return said == null ? option == EdgeGrant.EDGE_GRANT_ALWAYS : said;
    }
}
