package dev.skein.client.admin;

/** What a credential may allow. */
public enum Permission {
    /** Publishing. */
    PUBLISH,
    /** Following, from any position that is retained. */
    SUBSCRIBE,
    /** Reading pages of the past, and a channel's extent. */
    HISTORY,
    /** Seeing who is there. */
    PRESENCE,
    /** Operating the cluster; goes with the pattern {@code *} only. */
    ADMIN
}
