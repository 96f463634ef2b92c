package dev.skein.replication.presence;

import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.replication.ReplicationException;
import java.util.List;
import java.util.function.Consumer;

/** Who is in a shard's channels, at one replica. Thread-safe. Reads may wait for the disk and belong on a reader thread. */
public interface ShardPresence {

    /**
     * Changes who is present, at the leader. Proves as well that the holder lives; a change without content does only that, and costs no
     * entry.
     *
     * @param whenDone called exactly once, on a completion thread, which it must not block: after apply on this replica, or with a refusal
     */
    void change(PresenceChange change, Consumer<PresenceOutcome> whenDone);

    /**
     * A channel's members, as far as this replica has applied.
     *
     * @param after client after which to begin; empty: with the first
     * @param max how many at most; larger ones are cut to {@link dev.skein.core.Limits#MEMBERS_PAGE_MAX}
     * @throws ReplicationException when the replica has stopped or its state is being replaced
     */
    MemberPage members(String channel, String after, int max);

    /** How many are in a channel, as far as this replica has applied. */
    MemberCounts counts(String channel);

    /** Tells from now on who comes and goes in a channel, in the order in which all replicas apply it. */
    Watch watch(String channel, Listener listener);

    /** Hears who comes and goes. Called on the shard's apply thread; must not block. */
    interface Listener {

        void changed(List<PresenceEvent> events);

        /** Something was missed, and nothing more comes: ask for the members and watch again. */
        void lost();
    }

    /** Ends with {@link #close}. */
    interface Watch extends AutoCloseable {

        @Override
        void close();
    }
}
