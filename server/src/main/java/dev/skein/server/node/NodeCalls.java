package dev.skein.server.node;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.node.v1.ChangePresenceRequest;
import dev.skein.proto.node.v1.ChangePresenceResponse;
import dev.skein.proto.node.v1.ChannelHeadRequest;
import dev.skein.proto.node.v1.ChannelHeadResponse;
import dev.skein.proto.node.v1.DescribeEdgeRequest;
import dev.skein.proto.node.v1.DescribeEdgeResponse;
import dev.skein.proto.node.v1.EmulateRequest;
import dev.skein.proto.node.v1.EmulateResponse;
import dev.skein.proto.node.v1.FollowEvent;
import dev.skein.proto.node.v1.FollowRequest;
import dev.skein.proto.node.v1.ForwardFrame;
import dev.skein.proto.node.v1.ForwardResult;
import dev.skein.proto.node.v1.GetControlStateRequest;
import dev.skein.proto.node.v1.GetControlStateResponse;
import dev.skein.proto.node.v1.MemberEvents;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.node.v1.ProposeControlRequest;
import dev.skein.proto.node.v1.ProposeControlResponse;
import dev.skein.proto.node.v1.ReadChannelRequest;
import dev.skein.proto.node.v1.ReadChannelResponse;
import dev.skein.proto.node.v1.ReadMembersRequest;
import dev.skein.proto.node.v1.ReadMembersResponse;
import dev.skein.proto.node.v1.SteerSessionsRequest;
import dev.skein.proto.node.v1.SteerSessionsResponse;
import dev.skein.proto.node.v1.WatchMembersRequest;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.Replication;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.ShardReplica;
import dev.skein.replication.TailMessage;
import dev.skein.server.edge.EdgeDoor;
import dev.skein.server.fanout.ChannelReads;
import dev.skein.server.fanout.ReaderPool;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loop.Loops;
import dev.skein.wire.Errors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The node-to-node calls. Answers for this node's own replicas only; it never asks a third node. */
public final class NodeCalls extends NodeServiceGrpc.NodeServiceImplBase {

    private final Replication replication;
    private final ShardMap shards;
    private final ReaderPool readers;
    private final Loops loops;
    private final Admission admission;
    private final EdgeDoor edge;
    private final AtomicInteger streams = new AtomicInteger();

    public NodeCalls(
            Replication replication,
            ShardMap shards,
            ReaderPool readers,
            Loops loops,
            Admission admission,
            EdgeDoor edge) {
        this.replication = replication;
        this.shards = shards;
        this.readers = readers;
        this.loops = loops;
        this.admission = admission;
        this.edge = edge;
    }

    @Override
    public StreamObserver<ForwardFrame> forward(StreamObserver<ForwardResult> out) {
        return new ForwardAdapter(replication, (ServerCallStreamObserver<ForwardResult>) out);
    }

    @Override
    public StreamObserver<FollowRequest> follow(StreamObserver<FollowEvent> out) {
        return new FollowAdapter(
                replication, shards, readers, loops.of(streams.incrementAndGet()), (ServerCallStreamObserver<
                                FollowEvent>)
                        out);
    }

    @Override
    public void readChannel(ReadChannelRequest request, StreamObserver<ReadChannelResponse> out) {
        ChannelQuery query = new ChannelQuery(
                request.getChannel(),
                request.getFromSerial(),
                request.getBackward(),
                Math.max(1, Math.min(request.getMessagesMax(), Limits.HISTORY_PAGE_MAX)),
                Math.max(1, Math.min(request.getBytesMax(), Limits.HISTORY_PAGE_BYTES_MAX)),
                request.hasSinceMs() ? OptionalLong.of(request.getSinceMs()) : OptionalLong.empty());
        respond(
                read(request.getChannel(), request.getLinearizable(), replica -> pageOf(replica.read(query))),
                error -> ReadChannelResponse.newBuilder().setError(error).build(),
                out);
    }

    @Override
    public void channelHead(ChannelHeadRequest request, StreamObserver<ChannelHeadResponse> out) {
        String channel = request.getChannel();
        respond(
                read(channel, request.getLinearizable(), replica -> headOf(replica.extent(channel))),
                error -> ChannelHeadResponse.newBuilder().setError(error).build(),
                out);
    }

    @Override
    public void proposeControl(ProposeControlRequest request, StreamObserver<ProposeControlResponse> out) {
        respond(
                replication
                        .proposeControl(request.getCommand())
                        .thenApply(version -> ProposeControlResponse.newBuilder()
                                .setVersion(version)
                                .build()),
                error -> ProposeControlResponse.newBuilder().setError(error).build(),
                out);
    }

    @Override
    public void getControlState(GetControlStateRequest request, StreamObserver<GetControlStateResponse> out) {
        admission.refusal(request).ifPresentOrElse(error -> out.onError(Errors.toStatus(error)), () -> {
            out.onNext(GetControlStateResponse.newBuilder()
                    .setState(replication.control())
                    .build());
            out.onCompleted();
        });
    }

    @Override
    public void emulate(EmulateRequest request, StreamObserver<EmulateResponse> out) {
        boolean found = edge.emulate(request.getSession(), request.getFrame().toByteArray());
        out.onNext(EmulateResponse.newBuilder().setFound(found).build());
        out.onCompleted();
    }

    @Override
    public void changePresence(ChangePresenceRequest request, StreamObserver<ChangePresenceResponse> out) {
        MemberCalls.change(replication, request, out);
    }

    @Override
    public void readMembers(ReadMembersRequest request, StreamObserver<ReadMembersResponse> out) {
        respond(
                read(
                        request.getChannel(),
                        request.getLinearizable(),
                        replica -> MemberCalls.read(replica.presence(), request)),
                error -> ReadMembersResponse.newBuilder().setError(error).build(),
                out);
    }

    @Override
    public void watchMembers(WatchMembersRequest request, StreamObserver<MemberEvents> out) {
        MemberCalls.watch(replication, shards, request.getChannel(), (ServerCallStreamObserver<MemberEvents>) out);
    }

    @Override
    public void steerSessions(SteerSessionsRequest request, StreamObserver<SteerSessionsResponse> out) {
        out.onNext(SteerSessionsResponse.newBuilder()
                .setSessions(edge.steer(request))
                .build());
        out.onCompleted();
    }

    @Override
    public void describeEdge(DescribeEdgeRequest request, StreamObserver<DescribeEdgeResponse> out) {
        out.onNext(edge.describe(request));
        out.onCompleted();
    }

    private <T> CompletableFuture<T> read(String channel, boolean linearizable, Function<ShardReplica, T> read) {
        try {
            return shards.shardOf(ChannelName.parse(channel))
                    .flatMap(replication::replica)
                    .map(replica -> confirmed(replica, linearizable)
                            .thenCompose(confirmed -> readers.read(() -> read.apply(replica))))
                    .orElseGet(() -> CompletableFuture.failedFuture(new ReplicationException(Errors.of(
                            Reason.REASON_NO_REPLICA, Checks.text("channel", channel, "one with a replica here")))));
        } catch (IllegalArgumentException invalid) {
            return CompletableFuture.failedFuture(
                    new ReplicationException(Errors.of(Reason.REASON_INVALID_CHANNEL, invalid.getMessage())));
        }
    }

    private static CompletableFuture<Void> confirmed(ShardReplica replica, boolean linearizable) {
        return linearizable ? replica.confirmRead() : CompletableFuture.completedFuture(null);
    }

    private static ReadChannelResponse pageOf(ChannelPage page) {
        ReadChannelResponse.Builder response = ReadChannelResponse.newBuilder()
                .setEpoch(page.extent().epoch())
                .setFirstSerial(page.extent().firstSerial())
                .setLastSerial(page.extent().lastSerial())
                .addAllGaps(page.gaps())
                .setNextSerial(page.nextSerial());
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

    private static ChannelHeadResponse headOf(ChannelExtent extent) {
        return ChannelHeadResponse.newBuilder()
                .setEpoch(extent.epoch())
                .setFirstSerial(extent.firstSerial())
                .setLastSerial(extent.lastSerial())
                .build();
    }

    private static <T extends MessageLite> void respond(
            CompletableFuture<T> answer, Function<Error, T> refusal, StreamObserver<T> out) {
        answer.whenComplete((value, failure) -> {
            out.onNext(failure == null ? value : refusal.apply(ChannelReads.errorOf(failure)));
            out.onCompleted();
        });
    }
}
