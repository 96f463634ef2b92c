package dev.skein.replication.group;

import com.google.protobuf.ByteString;
import dev.skein.core.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ShardLog} drives. Every method but {@link #elected} and {@link #notElected} is called on the group's apply thread, one at a
 * time, in log order; none may block on anything but local storage, and none may propose.
 */
public interface GroupMachine {

    /**
     * Applies committed entries. An exception fences the group.
     *
     * @param entries consumed to the end
     */
    void apply(CommittedEntries entries);

    /**
     * This replica was elected and may propose in this term; it may not have applied everything yet that was committed before. Called by
     * any thread, perhaps after {@link #leaderStopped} for the same term: then {@link #notElected} follows.
     */
    default void elected(long term) {}

    /** The election in this term is over and done with already. */
    default void notElected(long term) {}

    /** This replica leads from now on, in this term. Its state holds everything committed before. */
    void leaderStarted(long term);

    /** This replica leads no more; entries it proposed and hasn't seen applied have an unknown outcome. */
    void leaderStopped();

    /** The leader as this replica knows it. */
    void leaderKnown(Optional<NodeId> leader);

    /** Captures the state as of the last applied entry; the write itself may run on another thread. */
    SnapshotWrite captureSnapshot();

    /**
     * Replaces the state by a snapshot's, unless the state is at or past it already.
     *
     * @param index last entry in the snapshot
     * @throws IOException when the snapshot is damaged; the group is fenced
     */
    void loadSnapshot(Path directory, long index, long term) throws IOException;

    /** The group stopped for good on this node. */
    void failed(String reason);

    /** Committed entries, in order. */
    interface CommittedEntries {

        /** Moves to the next entry; false at the end. */
        boolean next();

        /** Index of the entry. */
        long index();

        /** Term of the entry. */
        long term();

        /** The entry's bytes. */
        ByteString data();

        /** The proposal, when the entry was proposed by this replica in this term. */
        @Nullable
        Proposal proposal();
    }

    /** Writes a captured state. */
    interface SnapshotWrite {

        /** Writes files into the directory, durably, and closes the capture. */
        void writeTo(Path directory) throws IOException;
    }
}
