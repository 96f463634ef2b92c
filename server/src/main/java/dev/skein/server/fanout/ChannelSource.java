package dev.skein.server.fanout;

import dev.skein.core.NodeId;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.TailBatch;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.MemberPage;
import dev.skein.replication.presence.ShardPresence;
import java.util.concurrent.CompletableFuture;

/** One replica of a channel's shard, here or on another node. Thread-safe, never blocks the caller. */
interface ChannelSource {

    /** The node that holds the replica. */
    NodeId node();

    /**
     * A page.
     *
     * @param linearizable whether the replica first confirms with the leader that it has everything acknowledged so far
     * @return fails with {@link dev.skein.replication.ReplicationException} when the source refuses
     */
    CompletableFuture<ChannelPage> read(ChannelQuery query, boolean linearizable);

    /** The channel's extent. */
    CompletableFuture<ChannelExtent> head(String channel, boolean linearizable);

    /** Some of a channel's members, by a replica that has confirmed with the leader. */
    CompletableFuture<MemberPage> members(String channel, String after, int max);

    /** How many are in a channel, likewise. */
    CompletableFuture<MemberCounts> memberCounts(String channel);

    /** Hears who comes and goes in a channel. The listener hears {@code lost} when that fails. */
    Follow watch(String channel, ShardPresence.Listener listener);

    /** Follows a channel. The listener hears {@code lost} when that fails. */
    Follow follow(String channel, SourceListener listener);

    /** Hears a followed channel, on threads that it must not block. */
    interface SourceListener {

        /** The following stands; everything after the extent is heard. May come after the first batch. */
        void started(ChannelExtent extent);

        /** New messages, in order. */
        void appended(TailBatch batch);

        /** Nothing more will come. */
        void lost();
    }

    /** A running follow. */
    interface Follow {

        /** Stops it. */
        void close();
    }
}
