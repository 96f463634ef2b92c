package dev.skein.client.admin;

/** When an acknowledged message is on disk. */
public enum FsyncMode {
    /** Not said: ALWAYS. */
    DEFAULT,
    /** Before the acknowledgement, on a quorum. */
    ALWAYS,
    /** At intervals: an acknowledged message can be lost if a quorum loses power at once. */
    INTERVAL
}
