package dev.skein.replication.shard;

import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ShardReplica.Following;
import dev.skein.replication.ShardReplica.TailListener;
import dev.skein.replication.TailBatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One following of a channel. The listener is called by the apply thread only. Closing doesn't wait for a call that has begun, so
 * that nobody can block the apply thread with a lock of their own.
 */
final class Follower implements Following {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    final String channel;
    private final ChannelExtent start;
    private final TailListener listener;
    private final Consumer<Follower> whenClosed;
    private volatile boolean closed;

    Follower(String channel, ChannelExtent start, TailListener listener, Consumer<Follower> whenClosed) {
        this.channel = channel;
        this.start = start;
        this.listener = listener;
        this.whenClosed = whenClosed;
    }

    @Override
    public ChannelExtent start() {
        return start;
    }

    @Override
    public void close() {
        closed = true;
        whenClosed.accept(this);
    }

    /** A listener that fails is told it lost the tail and is left out from then on: it must not stop the shard. */
    void deliver(TailBatch batch) {
        if (closed) {
            return;
        }
        try {
            listener.appended(batch);
        } catch (RuntimeException e) {
            LOG.warn("follower of {} failed and was dropped", channel, e);
            lost();
        }
    }

    void lost() {
        if (closed) {
            return;
        }
        close();
        try {
            listener.lost();
        } catch (RuntimeException e) {
            LOG.warn("follower of {} failed when told it lost the tail", channel, e);
        }
    }
}
