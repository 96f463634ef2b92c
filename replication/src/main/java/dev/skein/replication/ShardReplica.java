package dev.skein.replication;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.presence.ShardPresence;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One shard's replica on this node. Thread-safe. Nothing here blocks except the two reads, which may wait for the disk and belong
 * on a reader thread.
 */
public interface ShardReplica {

    /** The shard. */
    ShardId shard();

    /** What this replica is and how far it has come; cheap, a snapshot. */
    ReplicaReport report();

    /** Whether this replica leads the shard and may propose. */
    boolean isLeader();

    /** The leader as this replica knows it, this node included. */
    Optional<NodeId> leader();

    /**
     * Proposes a publish. The section must have passed the limits of {@link dev.skein.core.Limits}; its channels must be
     * the shard's, written with their namespace. Sections of one caller thread are proposed in the order of the calls.
     *
     * @param whenDone called exactly once, on a completion thread, which it must not block: after apply on this replica, or with a
     *     refusal. NOT_LEADER, OVERLOADED and SHARD_FENCED mean nothing was proposed; OUTCOME_UNKNOWN means it was
     */
    void publish(SectionView section, Consumer<PublishOutcome> whenDone);

    /**
     * Confirms this replica's state against the leader (ReadIndex).
     *
     * @return completes when local reads see everything acknowledged before this call; fails with {@link ReplicationException}
     *     when that can't be confirmed in time
     */
    CompletableFuture<Void> confirmRead();

    /** A channel's extent in this replica. Zero serials and the shard's epoch when the channel has no message yet. */
    ChannelExtent extent(String channel);

    /**
     * A page of messages from this replica.
     *
     * @throws ReplicationException NO_REPLICA while older messages are still being fetched here; another replica has them
     */
    ChannelPage read(ChannelQuery query);

    /**
     * Follows a channel's tail from now on.
     *
     * @param listener called on the shard's apply thread, in order, with everything after the returned extent; must not block
     * @return where the following starts
     */
    Following follow(String channel, TailListener listener);

    /** Who is in the shard's channels. */
    default ShardPresence presence() {
        throw new ReplicationException(
                Errors.of(Reason.REASON_PRESENCE_OFF, "shard " + shard() + ": this replica keeps no presence"));
    }

    /** Hands leadership to another voter; completes when asked, not when done. */
    CompletableFuture<Void> transferLeadership(NodeId to);

    /** Takes a snapshot now. */
    CompletableFuture<Void> snapshot();

    /** Everything this replica holds, for checking: every retained message in serial order, channel by channel. */
    void dump(Consumer<DumpedMessage> rows);

    /** Receives a channel's new messages. */
    interface TailListener {

        /** New messages of the channel, serials contiguous with what came before, ephemeral ones in place. Must not block. */
        void appended(TailBatch batch);

        /** The replica closed, was fenced, or loaded a snapshot past what was delivered; follow again. */
        void lost();
    }

    /** A running following. */
    interface Following extends AutoCloseable {

        /** The extent at which it started. */
        ChannelExtent start();

        /** Stops it; no call of the listener begins after this returns, except on the thread that is inside one now. */
        @Override
        void close();
    }
}
