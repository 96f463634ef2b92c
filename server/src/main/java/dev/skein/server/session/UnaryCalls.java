package dev.skein.server.session;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.core.ShardId;
import dev.skein.proto.client.v1.DescribeChannelRequest;
import dev.skein.proto.client.v1.DescribeChannelResponse;
import dev.skein.proto.client.v1.DescribeNamespaceRequest;
import dev.skein.proto.client.v1.DescribeNamespaceResponse;
import dev.skein.proto.client.v1.HistoryRequest;
import dev.skein.proto.client.v1.HistoryResponse;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.PublishRequest;
import dev.skein.proto.client.v1.PublishResponse;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.TailMessage;
import dev.skein.server.access.Caller;
import dev.skein.server.fanout.ChannelReads;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loop.Loop;
import dev.skein.server.loop.Loops;
import dev.skein.server.publish.PublishCheck;
import dev.skein.server.publish.Publisher;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The calls without a session. Thread-safe. */
final class UnaryCalls {

    private static final int HISTORY_DEFAULT = 100;

    /** Publishes without a session that are unanswered at once on this node. Reached: OVERLOADED. */
    private static final int PUBLISHES_MAX = 4_096;

    private final ShardMap shards;
    private final Publisher.Parts publishing;
    private final ChannelReads reads;
    private final Loops loops;
    private final AtomicInteger publishes = new AtomicInteger();

    UnaryCalls(ShardMap shards, Publisher.Parts publishing, ChannelReads reads, Loops loops) {
        this.shards = shards;
        this.publishing = publishing;
        this.reads = reads;
        this.loops = loops;
    }

    void publish(PublishRequest request, StreamObserver<PublishResponse> out) {
        Publish publish = request.getPublish();
        Caller caller = Caller.ofCall();
        try {
            SectionView section = SectionView.of(publish.getSection().toByteString());
            Error denied = caller == null ? null : caller.mayPublish(section);
            if (denied == null) {
                publish(section, publish.getTimeoutMs(), out);
            } else {
                refuse(denied, out);
            }
        } catch (InvalidProtocolBufferException malformed) {
            String text = Checks.text("section", malformed.getMessage(), "a serialised Section");
            out.onError(Errors.toStatus(Errors.of(Reason.REASON_INVALID_ARGUMENT, text)));
        }
    }

    private void publish(SectionView section, int timeoutMs, StreamObserver<PublishResponse> out) {
        if (publishes.incrementAndGet() > PUBLISHES_MAX) {
            publishes.decrementAndGet();
            String text = Checks.text("unanswered publishes", PUBLISHES_MAX + 1, "at most " + PUBLISHES_MAX);
            out.onError(Errors.toStatus(Errors.of(Reason.REASON_OVERLOADED, text)));
            return;
        }
        Loop loop = loops.of(section.parts() == 0 ? 0 : section.channel(0).hashCode());
        loop.execute(() -> new Publisher(publishing, loop).publish(section, timeoutMs, outcome -> {
            publishes.decrementAndGet();
            respond(outcome, out);
        }));
    }

    void history(HistoryRequest request, StreamObserver<HistoryResponse> out) {
        Caller caller = Caller.ofCall();
        Error denied = caller == null ? null : caller.mayRead(request.getChannel());
        if (denied != null) {
            refuse(denied, out);
            return;
        }
        onChannel(request.getChannel(), out, (channel, shard) -> {
            String wrong = wrong(request);
            return wrong != null
                    ? CompletableFuture.failedFuture(
                            new ReplicationException(Errors.of(Reason.REASON_INVALID_ARGUMENT, wrong)))
                    : page(request, channel, shard).thenApply(page -> history(request, page));
        });
    }

    void describeNamespace(DescribeNamespaceRequest request, StreamObserver<DescribeNamespaceResponse> out) {
        Caller caller = Caller.ofCall();
        Error denied = caller == null ? null : caller.mayKnow(request.getNamespace());
        if (denied != null) {
            refuse(denied, out);
            return;
        }
        shards.namespace(request.getNamespace())
                .ifPresentOrElse(
                        facts -> answer(
                                DescribeNamespaceResponse.newBuilder()
                                        .setNamespace(facts.name())
                                        .setShards(facts.shards())
                                        .setHomeRegion(facts.homeRegion())
                                        .setMessageBytesMax(facts.messageBytesMax())
                                        .build(),
                                out),
                        () -> out.onError(
                                Errors.toStatus(PublishCheck.unknownNamespace(shards, request.getNamespace()))));
    }

    void describeChannel(DescribeChannelRequest request, StreamObserver<DescribeChannelResponse> out) {
        Caller caller = Caller.ofCall();
        Error denied = caller == null ? null : caller.mayRead(request.getChannel());
        if (denied != null) {
            refuse(denied, out);
            return;
        }
        onChannel(request.getChannel(), out, (channel, shard) -> reads.head(shard, channel.full(), true)
                .thenApply(extent -> DescribeChannelResponse.newBuilder()
                        .setChannel(channel.full())
                        .setEpoch(extent.epoch())
                        .setFirstSerial(extent.firstSerial())
                        .setLastSerial(extent.lastSerial())
                        .setShard(shard.number())
                        .build()));
    }

    private static void respond(PublishOutcome outcome, StreamObserver<PublishResponse> out) {
        if (outcome instanceof PublishOutcome.Accepted accepted) {
            answer(
                    PublishResponse.newBuilder()
                            .addAllReceipts(accepted.receipts())
                            .build(),
                    out);
        } else if (outcome instanceof PublishOutcome.Refused refused) {
            out.onError(Errors.toStatus(refused.error()));
        }
    }

    private <T> void onChannel(
            String name, StreamObserver<T> out, BiFunction<ChannelName, ShardId, CompletableFuture<T>> call) {
        ChannelName channel;
        try {
            channel = ChannelName.parse(name);
        } catch (IllegalArgumentException invalid) {
            out.onError(Errors.toStatus(Errors.of(Reason.REASON_INVALID_CHANNEL, invalid.getMessage())));
            return;
        }
        shards.shardOf(channel)
                .ifPresentOrElse(
                        shard -> call.apply(channel, shard).whenComplete((value, failure) -> {
                            if (failure == null) {
                                answer(value, out);
                            } else {
                                out.onError(Errors.toStatus(ChannelReads.errorOf(failure)));
                            }
                        }),
                        () -> out.onError(Errors.toStatus(PublishCheck.unknownNamespace(shards, channel.namespace()))));
    }

    private void refuse(Error denied, StreamObserver<?> out) {
        publishing.metrics().rejected(denied.getReason());
        out.onError(Errors.toStatus(denied));
    }

    private static <T> void answer(T value, StreamObserver<T> out) {
        out.onNext(value);
        out.onCompleted();
    }

    private static @Nullable String wrong(HistoryRequest request) {
        if (request.hasFromSerial() && request.getFromSerial() < 1) {
            return Checks.text("from_serial", Long.toUnsignedString(request.getFromSerial()), "1 or more");
        }
        return request.getLimit() < 0 ? Checks.text("limit", request.getLimit(), "1 to 1000") : null;
    }

    /** A backward page without a start begins at the newest message, which must be asked for first. */
    private CompletableFuture<ChannelPage> page(HistoryRequest request, ChannelName channel, ShardId shard) {
        boolean linearizable = !request.getAllowStale();
        Function<Long, ChannelQuery> query = from -> new ChannelQuery(
                channel.full(),
                from,
                request.getBackward(),
                limit(request.getLimit()),
                Limits.HISTORY_PAGE_BYTES_MAX,
                OptionalLong.empty());
        if (request.hasFromSerial()) {
            return reads.page(shard, query.apply(request.getFromSerial()), linearizable);
        }
        return reads.head(shard, channel.full(), linearizable)
                .thenCompose(extent -> reads.page(
                        shard,
                        query.apply(Math.max(1, request.getBackward() ? extent.lastSerial() : extent.firstSerial())),
                        linearizable));
    }

    private static int limit(int asked) {
        return asked == 0 ? HISTORY_DEFAULT : Math.min(asked, Limits.HISTORY_PAGE_MAX);
    }

    private static HistoryResponse history(HistoryRequest request, ChannelPage page) {
        long epoch = page.extent().epoch();
        if (request.getEpoch() != 0 && request.getEpoch() != epoch) {
            String text = Checks.text("epoch", Long.toUnsignedString(request.getEpoch()), Long.toUnsignedString(epoch));
            Error error = Errors.of(Reason.REASON_WRONG_EPOCH, text, Map.of("epoch", Long.toUnsignedString(epoch)));
            throw new ReplicationException(error);
        }
        HistoryResponse.Builder response = HistoryResponse.newBuilder()
                .setEpoch(epoch)
                .addAllGaps(page.gaps())
                .setNextSerial(page.nextSerial())
                .setFirstSerial(page.extent().firstSerial())
                .setLastSerial(page.extent().lastSerial());
        page.messages().forEach(message -> response.addMessages(decode(message)));
        return response.build();
    }

    private static StoredMessage decode(TailMessage message) {
        try {
            return StoredMessage.parseFrom(message.encoded());
        } catch (InvalidProtocolBufferException damaged) {
            throw new IllegalStateException("a stored message can't be read", damaged);
        }
    }
}
