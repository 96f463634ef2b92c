package dev.skein.server.fanout;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.error.v1.RetryClass;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.MemberPage;
import dev.skein.server.loop.Loop;
import dev.skein.wire.Errors;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a channel from the nearest replica and goes on to the next one when that fails, until the deadline. Thread-safe; the
 * loop only keeps the pauses.
 */
public final class ChannelReads {

    /** How long a read is tried: an election ends within it. */
    public static final long TIMEOUT_MILLIS = 3_000;

    private static final long PAUSE_MILLIS = 50;

    private final Sources sources;
    private final Loop loop;
    private final TimeSource time;

    public ChannelReads(Sources sources, Loop loop, TimeSource time) {
        this.sources = sources;
        this.loop = loop;
        this.time = time;
    }

    /** The channel's extent. */
    public CompletableFuture<ChannelExtent> head(ShardId shard, String channel, boolean linearizable) {
        return start(shard, source -> source.head(channel, linearizable));
    }

    /** A page. */
    public CompletableFuture<ChannelPage> page(ShardId shard, ChannelQuery query, boolean linearizable) {
        return start(shard, source -> source.read(query, linearizable));
    }

    /** Some of a channel's members; confirmed with the leader. */
    public CompletableFuture<MemberPage> members(ShardId shard, String channel, String after, int max) {
        return start(shard, source -> source.members(channel, after, max));
    }

    /** How many are in a channel; confirmed with the leader. */
    public CompletableFuture<MemberCounts> memberCounts(ShardId shard, String channel) {
        return start(shard, source -> source.memberCounts(channel));
    }

    /** The refusal inside a failed read; READ_NOT_CONFIRMED when it is none of ours. */
    public static Error errorOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ReplicationException refusal) {
            return refusal.error();
        }
        Error carried = Errors.fromThrowable(cause);
        return carried != null
                ? carried
                : Errors.of(Reason.REASON_READ_NOT_CONFIRMED, "no replica answered: " + cause.getMessage());
    }

    private <T> CompletableFuture<T> start(ShardId shard, Function<ChannelSource, CompletableFuture<T>> read) {
        CompletableFuture<T> result = new CompletableFuture<>();
        long deadline = time.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        new Attempts<>(shard, read, deadline, result).next();
        return result;
    }

    /** One read going through the sources; only one attempt runs at a time. */
    private final class Attempts<T> {

        private final ShardId shard;
        private final Function<ChannelSource, CompletableFuture<T>> read;
        private final long deadlineNanos;
        private final CompletableFuture<T> result;
        private int attempt;

        Attempts(
                ShardId shard,
                Function<ChannelSource, CompletableFuture<T>> read,
                long deadlineNanos,
                CompletableFuture<T> result) {
            this.shard = shard;
            this.read = read;
            this.deadlineNanos = deadlineNanos;
            this.result = result;
        }

        void next() {
            Optional<ChannelSource> chosen = choose();
            if (chosen.isEmpty()) {
                failed(
                        null,
                        new ReplicationException(Errors.of(
                                Reason.REASON_NO_REPLICA, "shard: " + shard + " (expected: one with replicas)")));
                return;
            }
            ChannelSource source = chosen.get();
            read.apply(source).whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    failed(source.node(), failure);
                }
            });
        }

        private Optional<ChannelSource> choose() {
            if (attempt == 0) {
                attempt++;
                return sources.nearest(shard);
            }
            List<ChannelSource> candidates = sources.of(shard);
            return candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.get(attempt++ % candidates.size()));
        }

        private void failed(@Nullable NodeId node, Throwable failure) {
            Error error = errorOf(failure);
            boolean hopeless = Errors.retryClass(error.getReason()) == RetryClass.RETRY_CLASS_NEVER;
            if (hopeless || time.nanoTime() - deadlineNanos >= 0) {
                result.completeExceptionally(new ReplicationException(error));
                return;
            }
            if (node != null && error.getReason() == Reason.REASON_READ_NOT_CONFIRMED) {
                sources.failed(node);
            }
            loop.schedule(PAUSE_MILLIS, this::next);
        }
    }
}
