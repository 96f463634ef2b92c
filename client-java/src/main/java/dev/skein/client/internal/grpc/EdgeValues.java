package dev.skein.client.internal.grpc;

import dev.skein.client.admin.EdgeClients;
import dev.skein.client.admin.EdgeGrant;
import dev.skein.client.admin.EdgeOptions;
import dev.skein.client.admin.EdgePayload;
import java.util.Optional;

/** Translates what the edge's clients may do between the API and the wire. */
final class EdgeValues {

    private EdgeValues() {}

    static dev.skein.proto.admin.v1.EdgeOptions options(EdgeOptions options) {
        var wire = dev.skein.proto.admin.v1.EdgeOptions.newBuilder()
                .setSubscribe(clients(options.subscribe()))
                .setPublish(clients(options.publish()))
                .setPresence(clients(options.presence()))
                .setHistory(clients(options.history()))
                .setPositioning(grant(options.positioning()))
                .setRecovery(grant(options.recovery()))
                .setDifferences(grant(options.differences()))
                .setPayload(payload(options.payload()));
        options.userLimited().ifPresent(wire::setUserLimited);
        return wire.build();
    }

    static EdgeOptions options(dev.skein.proto.admin.v1.EdgeOptions options) {
        return new EdgeOptions(
                clients(options.getSubscribe()),
                clients(options.getPublish()),
                clients(options.getPresence()),
                clients(options.getHistory()),
                grant(options.getPositioning()),
                grant(options.getRecovery()),
                grant(options.getDifferences()),
                payload(options.getPayload()),
                options.hasUserLimited() ? Optional.of(options.getUserLimited()) : Optional.empty());
    }

    private static dev.skein.proto.admin.v1.EdgeClients clients(EdgeClients clients) {
        return switch (clients) {
            case DEFAULT -> dev.skein.proto.admin.v1.EdgeClients.EDGE_CLIENTS_UNSPECIFIED;
            case ANYONE -> dev.skein.proto.admin.v1.EdgeClients.EDGE_CLIENTS_ANYONE;
            case USERS -> dev.skein.proto.admin.v1.EdgeClients.EDGE_CLIENTS_USERS;
            case SUBSCRIBERS -> dev.skein.proto.admin.v1.EdgeClients.EDGE_CLIENTS_SUBSCRIBERS;
            case SUBSCRIBED_USERS -> dev.skein.proto.admin.v1.EdgeClients.EDGE_CLIENTS_SUBSCRIBED_USERS;
            case NOBODY -> dev.skein.proto.admin.v1.EdgeClients.EDGE_CLIENTS_NOBODY;
            case OFF -> dev.skein.proto.admin.v1.EdgeClients.EDGE_CLIENTS_OFF;
        };
    }

    private static EdgeClients clients(dev.skein.proto.admin.v1.EdgeClients clients) {
        return switch (clients) {
            case EDGE_CLIENTS_ANYONE -> EdgeClients.ANYONE;
            case EDGE_CLIENTS_USERS -> EdgeClients.USERS;
            case EDGE_CLIENTS_SUBSCRIBERS -> EdgeClients.SUBSCRIBERS;
            case EDGE_CLIENTS_SUBSCRIBED_USERS -> EdgeClients.SUBSCRIBED_USERS;
            case EDGE_CLIENTS_NOBODY -> EdgeClients.NOBODY;
            case EDGE_CLIENTS_OFF -> EdgeClients.OFF;
            default -> EdgeClients.DEFAULT;
        };
    }

    private static dev.skein.proto.admin.v1.EdgeGrant grant(EdgeGrant grant) {
        return switch (grant) {
            case DEFAULT -> dev.skein.proto.admin.v1.EdgeGrant.EDGE_GRANT_UNSPECIFIED;
            case ASKED -> dev.skein.proto.admin.v1.EdgeGrant.EDGE_GRANT_ASKED;
            case ALWAYS -> dev.skein.proto.admin.v1.EdgeGrant.EDGE_GRANT_ALWAYS;
            case NEVER -> dev.skein.proto.admin.v1.EdgeGrant.EDGE_GRANT_NEVER;
        };
    }

    private static EdgeGrant grant(dev.skein.proto.admin.v1.EdgeGrant grant) {
        return switch (grant) {
            case EDGE_GRANT_ASKED -> EdgeGrant.ASKED;
            case EDGE_GRANT_ALWAYS -> EdgeGrant.ALWAYS;
            case EDGE_GRANT_NEVER -> EdgeGrant.NEVER;
            default -> EdgeGrant.DEFAULT;
        };
    }

    private static dev.skein.proto.admin.v1.EdgePayload payload(EdgePayload payload) {
        return switch (payload) {
            case DEFAULT -> dev.skein.proto.admin.v1.EdgePayload.EDGE_PAYLOAD_UNSPECIFIED;
            case ANY -> dev.skein.proto.admin.v1.EdgePayload.EDGE_PAYLOAD_ANY;
            case JSON -> dev.skein.proto.admin.v1.EdgePayload.EDGE_PAYLOAD_JSON;
            case JSON_OBJECT -> dev.skein.proto.admin.v1.EdgePayload.EDGE_PAYLOAD_JSON_OBJECT;
        };
    }

    private static EdgePayload payload(dev.skein.proto.admin.v1.EdgePayload payload) {
        return switch (payload) {
            case EDGE_PAYLOAD_ANY -> EdgePayload.ANY;
            case EDGE_PAYLOAD_JSON -> EdgePayload.JSON;
            case EDGE_PAYLOAD_JSON_OBJECT -> EdgePayload.JSON_OBJECT;
            default -> EdgePayload.DEFAULT;
        };
    }
}
