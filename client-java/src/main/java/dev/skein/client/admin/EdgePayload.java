package dev.skein.client.admin;

/** What clients of the edge may publish. */
public enum EdgePayload {
    /** Not said: ANY; in a change: as before. */
    DEFAULT,
    ANY,
    JSON,
    JSON_OBJECT
}
