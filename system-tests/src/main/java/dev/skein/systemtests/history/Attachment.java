package dev.skein.systemtests.history;

/**
 * A client attached to a node or lost it.
 *
 * @param client see {@link History#client}
 * @param region the node's; empty when the session was lost
 * @param nanos when
 */
public record Attachment(int client, String region, long nanos) {

    public boolean isAttached() {
        return !region.isEmpty();
    }
}
