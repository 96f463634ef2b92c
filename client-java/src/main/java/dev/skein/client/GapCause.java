package dev.skein.client;

/** Why messages can't be delivered any more. */
public enum GapCause {
    /** The server gave a cause that this client doesn't know. */
    UNKNOWN,
    /** Retention removed them. */
    RETENTION,
    /** Their time to live passed. */
    EXPIRED,
    /** The channel's history was broken; delivery goes on in a new epoch. */
    NEW_EPOCH
}
