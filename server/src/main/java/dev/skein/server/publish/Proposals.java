package dev.skein.server.publish;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.replication.PublishOutcome;
import dev.skein.wire.SectionView;
import java.util.function.Consumer;

/** Hands a section to the node that should lead its shard. Never blocks. */
public interface Proposals {

    /**
     * One attempt. Attempts of one thread at one target are proposed in the order of the calls.
     *
     * @param whenDone called exactly once, on any thread, perhaps before this returns; the refusals of {@link Refusals#notProposed}
     *     promise that nothing was proposed
     */
    void propose(
            NodeId target, ShardId shard, SectionView section, long timeoutMillis, Consumer<PublishOutcome> whenDone);

    /** Finds out who leads a shard that has been silent, if it can; the answer goes to the leader directory. */
    void inquire(ShardId shard);
}
