package dev.skein.server.config;

import dev.skein.core.NodeId;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One node as the others see it.
 *
 * @param id unique in the cluster
 * @param region one of the cluster's regions
 * @param zone failure domain within the region
 * @param peer where other nodes reach it, host:port
 * @param client where clients reach it, host:port
 */
public record NodeEntry(NodeId id, String region, String zone, String peer, String client) {

    static final Predicate<String> NODE_ID =
            Pattern.compile("[a-z][a-z0-9-]{0,62}").asMatchPredicate();
    static final String NODE_ID_EXPECTED = "1 to 63 lower-case letters, digits or '-', starting with a letter";
    static final Pattern PLACE = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    static final String PLACE_EXPECTED = "1 to 32 lower-case letters, digits or '-'";

    /** Stands in for an id that can't be read. */
    static final NodeId NO_ID = new NodeId("unreadable");

    static NodeEntry read(Section section) {
        String id = section.text("id", NODE_ID, NODE_ID_EXPECTED);
        NodeEntry entry = new NodeEntry(
                id.isEmpty() ? NO_ID : new NodeId(id),
                section.text("region", PLACE.asMatchPredicate(), PLACE_EXPECTED),
                section.text("zone", PLACE.asMatchPredicate(), PLACE_EXPECTED),
                section.text("peer", Address::isReachable, Address.REACHABLE),
                section.text("client", Address::isReachable, Address.REACHABLE));
        section.refuseUnknownKeys();
        return entry;
    }
}
