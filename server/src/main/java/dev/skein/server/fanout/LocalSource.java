package dev.skein.server.fanout;

import dev.skein.core.NodeId;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.ShardReplica;
import dev.skein.replication.ShardReplica.Following;
import dev.skein.replication.ShardReplica.TailListener;
import dev.skein.replication.TailBatch;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.MemberPage;
import dev.skein.replication.presence.ShardPresence;
import dev.skein.server.loop.Loop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The replica on this node. */
final class LocalSource implements ChannelSource {

    /** A replica cut off from its leader is given up for this read. */
    private static final long CONFIRM_MILLIS_MAX = 1_500;

    private final NodeId self;
    private final ShardReplica replica;
    private final ReaderPool readers;
    private final Loop loop;

    LocalSource(NodeId self, ShardReplica replica, ReaderPool readers, Loop loop) {
        this.self = self;
        this.replica = replica;
        this.readers = readers;
        this.loop = loop;
    }

    @Override
    public NodeId node() {
        return self;
    }

    @Override
    public CompletableFuture<ChannelPage> read(ChannelQuery query, boolean linearizable) {
        return confirmed(linearizable, () -> replica.read(query));
    }

    @Override
    public CompletableFuture<ChannelExtent> head(String channel, boolean linearizable) {
        return confirmed(linearizable, () -> replica.extent(channel));
    }

    @Override
    public CompletableFuture<MemberPage> members(String channel, String after, int max) {
        return confirmed(true, () -> replica.presence().members(channel, after, max));
    }

    @Override
    public CompletableFuture<MemberCounts> memberCounts(String channel) {
        return confirmed(true, () -> replica.presence().counts(channel));
    }

    @Override
    public Follow watch(String channel, ShardPresence.Listener listener) {
        ShardPresence.Watch watch = replica.presence().watch(channel, listener);
        return watch::close;
    }

    @Override
    public Follow follow(String channel, SourceListener listener) {
        CompletableFuture<Following> following = readers.read(() -> replica.follow(channel, adapt(listener)));
        following.whenComplete((running, failure) -> {
            if (failure == null) {
                listener.started(running.start());
            } else {
                listener.lost();
            }
        });
        return () -> following.thenAccept(Following::close);
    }

    private <T> CompletableFuture<T> confirmed(boolean linearizable, Supplier<T> read) {
        return linearizable ? confirm().thenCompose(confirmed -> readers.read(read)) : readers.read(read);
    }

    private CompletableFuture<Void> confirm() {
        CompletableFuture<Void> confirmed = replica.confirmRead().copy();
        if (!confirmed.isDone()) {
            Loop.Timer limit =
                    loop.schedule(CONFIRM_MILLIS_MAX, () -> confirmed.completeExceptionally(new TimeoutException()));
            confirmed.whenComplete((done, failure) -> limit.cancel());
        }
        return confirmed;
    }

    private static TailListener adapt(SourceListener listener) {
        return new TailListener() {
            @Override
            public void appended(TailBatch batch) {
                listener.appended(batch);
            }

            @Override
            public void lost() {
                listener.lost();
            }
        };
    }
}
