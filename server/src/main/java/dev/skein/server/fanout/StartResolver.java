package dev.skein.server.fanout;

import com.google.protobuf.ByteString;
import dev.skein.core.Checks;
import dev.skein.core.ShardId;
import dev.skein.proto.client.v1.HistoryGap;
import dev.skein.proto.client.v1.Position;
import dev.skein.proto.client.v1.ResumeTokenContent;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.Mutation;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.TailMessage;
import dev.skein.wire.Errors;
import dev.skein.wire.ResumeTokens;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/**
 * Turns what a client asks for into the first serial to send. A position that the nearest replica knows needs no leader, so that a
 * resume works while a shard has none; everything that depends on "now" is confirmed with the leader. Thread-safe.
 */
final class StartResolver {

    private final ChannelReads reads;
    private final String clusterId;

    StartResolver(ChannelReads reads, String clusterId) {
        this.reads = reads;
        this.clusterId = clusterId;
    }

    /** Fails with {@link ReplicationException}. */
    CompletableFuture<StartPoint> resolve(ShardId shard, String channel, Start start) {
        return switch (start.getFromCase()) {
            case LATEST, FROM_NOT_SET ->
                confirmedHead(shard, channel).thenApply(extent -> at(extent, extent.lastSerial() + 1));
            case LAST -> confirmedHead(shard, channel).thenApply(extent -> at(extent, lastN(extent, start.getLast())));
            case SERIAL -> atSerial(shard, channel, start.getSerial());
            case SINCE_MS -> since(shard, channel, start.getSinceMs());
            case POSITION -> after(shard, channel, start.getPosition());
            case RESUME_TOKEN -> resume(shard, channel, start.getResumeToken());
        };
    }

    private CompletableFuture<StartPoint> atSerial(ShardId shard, String channel, long serial) {
        if (serial < 1) {
            return refuse(Reason.REASON_INVALID_ARGUMENT, Checks.text("start.serial", serial, "1 or more"));
        }
        return head(shard, channel, serial - 1).thenApply(extent -> {
            checkReached(extent, serial - 1);
            return at(extent, serial);
        });
    }

    private CompletableFuture<StartPoint> since(ShardId shard, String channel, long sinceMillis) {
        ChannelQuery first = new ChannelQuery(channel, 1, false, 1, 1, OptionalLong.of(Math.max(0, sinceMillis)));
        return reads.page(shard, first, true).thenApply(page -> at(page.extent(), firstSerial(page)));
    }

    private CompletableFuture<StartPoint> after(ShardId shard, String channel, Position position) {
        long seen = position.getSerial();
        if (seen < 0) {
            return refuse(
                    Reason.REASON_INVALID_ARGUMENT,
                    Checks.text("start.position.serial", Long.toUnsignedString(seen), "0 or more"));
        }
        return head(shard, channel, seen)
                .thenCompose(extent -> extent.epoch() == position.getEpoch() || isBeforeHistory(position)
                        ? CompletableFuture.completedFuture(extent)
                        : confirmedHead(shard, channel))
                .thenApply(extent -> {
                    if (!isBeforeHistory(position)) {
                        checkEpoch(extent, position.getEpoch());
                    }
                    checkReached(extent, seen);
                    return at(extent, nextAfter(seen));
                });
    }

    private CompletableFuture<StartPoint> resume(ShardId shard, String channel, ByteString token) {
        Optional<ResumeTokenContent> decoded = ResumeTokens.decode(token);
        if (decoded.isEmpty()) {
            return refuse(
                    Reason.REASON_INVALID_TOKEN,
                    Checks.text("start.resume_token", token.size() + " bytes", "a token as it was given out"));
        }
        ResumeTokenContent content = decoded.get();
        if (!content.getClusterId().equals(clusterId)) {
            return refuse(
                    Reason.REASON_FOREIGN_TOKEN,
                    Checks.text("start.resume_token cluster", content.getClusterId(), clusterId));
        }
        if (!content.getChannel().equals(channel)) {
            return refuse(
                    Reason.REASON_INVALID_TOKEN,
                    Checks.text("start.resume_token channel", content.getChannel(), channel));
        }
        return after(shard, channel, content.getPosition());
    }

    /** Given out before the channel had an epoch: whatever epoch it has now, the client has seen nothing of another. */
    private static boolean isBeforeHistory(Position position) {
        return position.getEpoch() == 0 && position.getSerial() == 0;
    }

    /**
     * The extent, from a replica that has come at least as far as the client if there is one. Epoch 0 is that of a replica which hasn't
     * heard of the shard's policy yet, so it says nothing.
     */
    private CompletableFuture<ChannelExtent> head(ShardId shard, String channel, long seen) {
        return reads.head(shard, channel, false)
                .thenCompose(extent -> seen <= extent.lastSerial() && extent.epoch() != 0
                        ? CompletableFuture.completedFuture(extent)
                        : confirmedHead(shard, channel));
    }

    private CompletableFuture<ChannelExtent> confirmedHead(ShardId shard, String channel) {
        return reads.head(shard, channel, true);
    }

    /** The one place where a position seen becomes the next serial wanted. */
    private static long nextAfter(long seen) {
        return seen + (Mutation.RESUME_OFF_BY_ONE.isOn() ? 2 : 1);
    }

    private static long lastN(ChannelExtent extent, int count) {
        long from = extent.lastSerial() - Integer.toUnsignedLong(count) + 1;
        return Math.max(Math.max(1, extent.firstSerial()), from);
    }

    /** A gap comes first like a message, since it has to be told; an empty page that doesn't reach the end leaves the rest to reading. */
    private static long firstSerial(ChannelPage page) {
        LongStream messages = page.messages().stream().mapToLong(TailMessage::serial);
        LongStream gaps = page.gaps().stream().mapToLong(HistoryGap::getFirstSerial);
        long rest = page.nextSerial() != 0 ? page.nextSerial() : page.extent().lastSerial() + 1;
        return LongStream.concat(messages, gaps).min().orElse(rest);
    }

    private static StartPoint at(ChannelExtent extent, long nextSerial) {
        return new StartPoint(extent.epoch(), nextSerial, extent.lastSerial());
    }

    private static void checkEpoch(ChannelExtent extent, long epoch) {
        if (extent.epoch() != epoch) {
            String text = Checks.text("epoch", Long.toUnsignedString(epoch), Long.toUnsignedString(extent.epoch()));
            throw new ReplicationException(
                    Errors.of(Reason.REASON_WRONG_EPOCH, text, Map.of("epoch", Long.toUnsignedString(extent.epoch()))));
        }
    }

    private static void checkReached(ChannelExtent extent, long seen) {
        if (seen > extent.lastSerial()) {
            throw new ReplicationException(Errors.of(
                    Reason.REASON_FUTURE_POSITION, Checks.text("serial", seen, "at most " + extent.lastSerial())));
        }
    }

    private static CompletableFuture<StartPoint> refuse(Reason reason, String text) {
        return CompletableFuture.failedFuture(new ReplicationException(Errors.of(reason, text)));
    }
}
