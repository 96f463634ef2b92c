package dev.skein.client.admin;

/** Some of the edge's clients. */
public enum EdgeClients {
    /** Not said: ANYONE; in a change: as before. */
    DEFAULT,
    ANYONE,
    /** Those whose credential names somebody. */
    USERS,
    /** Those that are subscribed to the channel. */
    SUBSCRIBERS,
    /** Those that are both. */
    SUBSCRIBED_USERS,
    /** Applications' servers only. */
    NOBODY,
    /** There is no such thing at the edge: applications' servers don't get it either. Of history only. */
    OFF
}
