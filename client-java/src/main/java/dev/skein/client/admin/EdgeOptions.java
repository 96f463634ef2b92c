package dev.skein.client.admin;

import java.util.Optional;

/**
 * What clients of the edge (browsers and phones) may do in a namespace's channels and get there, besides what their credentials say. DEFAULT and empty
 * mean the default in a new namespace, and no change in a change.
 *
 * @param subscribe who may subscribe without a token for the channel: ANYONE, USERS or NOBODY
 * @param publish who may publish
 * @param presence who may see who is there, where presence is on
 * @param history who may read what was published
 * @param positioning whether subscriptions are told where they are
 * @param recovery whether they may go on where they were
 * @param differences whether messages may be sent as differences: ASKED or NEVER
 * @param payload what may be published
 * @param userLimited whether a channel {@code name#u1,u2} is for these users only
 */
public record EdgeOptions(
        EdgeClients subscribe,
        EdgeClients publish,
        EdgeClients presence,
        EdgeClients history,
        EdgeGrant positioning,
        EdgeGrant recovery,
        EdgeGrant differences,
        EdgePayload payload,
        Optional<Boolean> userLimited) {

    /** Nothing is said. */
    public static EdgeOptions defaults() {
        return new EdgeOptions(
                EdgeClients.DEFAULT,
                EdgeClients.DEFAULT,
                EdgeClients.DEFAULT,
                EdgeClients.DEFAULT,
                EdgeGrant.DEFAULT,
                EdgeGrant.DEFAULT,
                EdgeGrant.DEFAULT,
                EdgePayload.DEFAULT,
                Optional.empty());
    }
}
