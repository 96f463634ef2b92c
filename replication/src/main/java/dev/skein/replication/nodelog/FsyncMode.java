package dev.skein.replication.nodelog;

/** When a group's appends count as done. Truncations and everything structural are synced in both modes. */
public enum FsyncMode {
    /** When they are on stable storage. */
    ALWAYS,
    /** When the operating system has them; they are synced within the log's sync interval. */
    INTERVAL
}
