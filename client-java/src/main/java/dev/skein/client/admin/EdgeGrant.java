package dev.skein.client.admin;

/** When a subscription of the edge gets something. */
public enum EdgeGrant {
    /** Not said: ASKED; in a change: as before. */
    DEFAULT,
    /** When the client asks for it. */
    ASKED,
    ALWAYS,
    NEVER
}
