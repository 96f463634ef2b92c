package dev.skein.replication.nodelog;

import java.util.List;
import java.util.Optional;

/**
 * The log that all Raft groups of a node share. Thread-safe. Every write blocks its caller until it is as durable as its
 * group's {@link FsyncMode} asks; callers waiting at the same time share one forced write.
 *
 * <p>A failed write or sync is final: the log then refuses everything with {@link NodeLogFailedException}, because after a
 * failed sync nobody knows which pages reached the disk. Only a restart, which reads everything again, may go on.
 */
public interface NodeLog extends AutoCloseable {

    /** The group's log; a group seen for the first time is made durably known first. */
    GroupLog group(String name);

    /** The group's log, if the log knows the group. */
    Optional<GroupLog> find(String name);

    /** Names of all groups, sorted. */
    List<String> groups();

    /** Bytes that the log takes on disk. */
    long bytesOnDisk();

    /** Why the log has stopped, if it has. */
    Optional<NodeLogFailedException> failure();

    /** What the log is writing now; never waits. */
    LogActivity activity();

    /** Makes everything durable, writes the floor and stops the threads. */
    @Override
    void close();
}
