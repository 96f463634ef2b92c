package dev.skein.server.fanout;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import dev.skein.core.NodeId;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.node.v1.ChannelHeadRequest;
import dev.skein.proto.node.v1.ChannelHeadResponse;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.node.v1.ReadChannelRequest;
import dev.skein.proto.node.v1.ReadChannelResponse;
import dev.skein.proto.node.v1.ReadMembersRequest;
import dev.skein.proto.node.v1.ReadMembersResponse;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.TailMessage;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.MemberPage;
import dev.skein.replication.presence.ShardPresence;
import io.grpc.ManagedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A replica on another node: pages by unary calls, the tail over the one follow stream to that node. */
final class RemoteSource implements ChannelSource {

    /** A node that takes longer is given up for this read. */
    private static final long CALL_TIMEOUT_MILLIS = 1_500;

    private final NodeId node;
    private final ManagedChannel channel;
    private final FollowLink link;

    RemoteSource(NodeId node, ManagedChannel channel, FollowLink link) {
        this.node = node;
        this.channel = channel;
        this.link = link;
    }

    @Override
    public NodeId node() {
        return node;
    }

    @Override
    public CompletableFuture<ChannelPage> read(ChannelQuery query, boolean linearizable) {
        ReadChannelRequest.Builder request = ReadChannelRequest.newBuilder()
                .setChannel(query.channel())
                .setFromSerial(query.fromSerial())
                .setBackward(query.backward())
                .setMessagesMax(query.messagesMax())
                .setBytesMax(query.bytesMax())
                .setLinearizable(linearizable);
        query.sinceMillis().ifPresent(request::setSinceMs);
        return call(stub().readChannel(request.build()), response -> response.hasError() ? response.getError() : null)
                .thenApply(RemoteSource::page);
    }

    @Override
    public CompletableFuture<ChannelExtent> head(String name, boolean linearizable) {
        ChannelHeadRequest request = ChannelHeadRequest.newBuilder()
                .setChannel(name)
                .setLinearizable(linearizable)
                .build();
        return call(stub().channelHead(request), response -> response.hasError() ? response.getError() : null)
                .thenApply(RemoteSource::extent);
    }

    @Override
    public CompletableFuture<MemberPage> members(String name, String after, int max) {
        return readMembers(name, after, max)
                .thenApply(response -> new MemberPage(
                        response.getMembersList().stream()
                                .map(MemberWatch::member)
                                .toList(),
                        response.getMore()));
    }

    @Override
    public CompletableFuture<MemberCounts> memberCounts(String name) {
        return readMembers(name, "", 0)
                .thenApply(response -> new MemberCounts(response.getMemberCount(), response.getUserCount()));
    }

    private CompletableFuture<ReadMembersResponse> readMembers(String name, String after, int max) {
        ReadMembersRequest request = ReadMembersRequest.newBuilder()
                .setChannel(name)
                .setAfter(after)
                .setMax(max)
                .setLinearizable(true)
                .build();
        return call(stub().readMembers(request), response -> response.hasError() ? response.getError() : null);
    }

    @Override
    public Follow watch(String name, ShardPresence.Listener listener) {
        return MemberWatch.open(channel, name, listener);
    }

    @Override
    public Follow follow(String name, SourceListener listener) {
        return link.follow(name, listener);
    }

    private NodeServiceGrpc.NodeServiceFutureStub stub() {
        return NodeServiceGrpc.newFutureStub(channel).withDeadlineAfter(CALL_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static ChannelPage page(ReadChannelResponse response) {
        var extent = new ChannelExtent(response.getEpoch(), response.getFirstSerial(), response.getLastSerial());
        var messages =
                response.getMessagesList().stream().map(RemoteSource::message).toList();
        return new ChannelPage(extent, messages, response.getGapsList(), response.getNextSerial());
    }

    private static ChannelExtent extent(ChannelHeadResponse response) {
        return new ChannelExtent(response.getEpoch(), response.getFirstSerial(), response.getLastSerial());
    }

    private static TailMessage message(StoredMessage stored) {
        return message(stored, stored.toByteString());
    }

    /** A message as another node sent it. */
    static TailMessage message(StoredMessage stored, ByteString encoded) {
        long expires = TailMessage.expiry(stored.getTimeMs(), stored.getBody().getTtlMs());
        return new TailMessage(stored.getSerial(), stored.getTimeMs(), stored.getEphemeral(), encoded, expires);
    }

    private static <T> CompletableFuture<T> call(ListenableFuture<T> response, Function<T, @Nullable Error> errorOf) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Futures.addCallback(
                response,
                new FutureCallback<T>() {
                    @Override
                    public void onSuccess(T answer) {
                        Error error = errorOf.apply(answer);
                        if (error == null) {
                            result.complete(answer);
                        } else {
                            result.completeExceptionally(new ReplicationException(error));
                        }
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                MoreExecutors.directExecutor());
        return result;
    }
}
