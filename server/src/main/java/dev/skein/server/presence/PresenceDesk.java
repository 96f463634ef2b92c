package dev.skein.server.presence;

import dev.skein.core.Limits;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.replication.Replication;
import dev.skein.replication.shard.PresenceShape;
import dev.skein.server.locate.LeaderDirectory;
import dev.skein.server.locate.PeerChannels;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loop.Loop;
import dev.skein.server.loop.Loops;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Which of this node's clients are in which channels; the shards hear of it by and by. Thread-safe. */
public final class PresenceDesk implements AutoCloseable {

    /** How long an answer waits for what this node's own clients did. */
    private static final long TOLD_MILLIS_MAX = 1_500;

    private static final long END_MILLIS_MAX = 1_000;

    private final PresenceProposals proposals;
    private final ShardMap shards;
    private final Loops loops;
    private final TimeSource time;
    private final long life = UUID.randomUUID().getMostSignificantBits();

    // Keyed by shards that exist, so their number is limited.
    private final Map<ShardId, ShardDesk> desks = new ConcurrentHashMap<>();

    public PresenceDesk(
            NodeId self,
            Replication replication,
            LeaderDirectory leaders,
            PeerChannels channels,
            ShardMap shards,
            Loops loops,
            TimeSource time) {
        this.proposals = new PresenceProposals(self, replication, leaders, channels);
        this.shards = shards;
        this.loops = loops;
        this.time = time;
    }

    /** A client is in a channel from now on, or looks like this; empty, or why it can't be. */
    public Optional<Error> enter(ShardId shard, PresenceEnter enter) {
        Optional<Error> malformed = PresenceShape.malformed(enter);
        if (malformed.isEmpty()) {
            desk(shard).enter(enter);
        }
        return malformed;
    }

    /** A client is in a channel no more. */
    public void leave(ShardId shard, String channel, String client) {
        desk(shard).leave(channel, client);
    }

    /** Completes when the shard has heard of what clients here did so far, however long that takes. */
    public CompletableFuture<Void> heard(ShardId shard) {
        ShardDesk desk = desks.get(shard);
        return desk == null ? CompletableFuture.completedFuture(null) : desk.told();
    }

    /** Completes when the shard has heard of what clients here did so far, or when that takes too long. */
    public CompletableFuture<Void> told(ShardId shard) {
        ShardDesk desk = desks.get(shard);
        if (desk == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> told = desk.told();
        Loop.Timer limit =
                loop(shard).schedule(TOLD_MILLIS_MAX, () -> told.completeExceptionally(new TimeoutException()));
        return told.whenComplete((done, failure) -> limit.cancel()).exceptionally(late -> null);
    }

    /** All members of this node leave. Waits a moment for the shards to hear so; else they leave with their lease. */
    @Override
    public void close() {
        CompletableFuture<?>[] ends =
                desks.values().stream().map(ShardDesk::close).toArray(CompletableFuture<?>[]::new);
        if (ends.length > 0) {
            CompletableFuture.allOf(ends)
                    .completeOnTimeout(null, END_MILLIS_MAX, TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    private ShardDesk desk(ShardId shard) {
        return desks.computeIfAbsent(
                shard,
                wanted -> new ShardDesk(
                        wanted, life, loop(wanted), time, proposals, () -> leaseMillis(wanted), () -> shards.presence(
                                        wanted.namespace())
                                .isPresent()));
    }

    private Loop loop(ShardId shard) {
        return loops.of(shard.hashCode());
    }

    private long leaseMillis(ShardId shard) {
        long millis = shards.presence(shard.namespace())
                .map(presence -> presence.getLeaseMs())
                .orElse(0L);
        return millis == 0 ? Limits.PRESENCE_LEASE_MS_DEFAULT : millis;
    }
}
