package dev.skein.server.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.Checks;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.node.v1.ForwardFrame;
import dev.skein.proto.node.v1.ForwardResult;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.Replication;
import dev.skein.replication.ShardReplica;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Optional;

/**
 * Wire in: one other node's publishes for shards led here. Frames are proposed in the order they arrive; results go back as they
 * come. At most a fixed number of frames is taken in before their results are out: further ones are requested from the transport
 * when some have been answered. Frames come on the event loop, so they are only queued.
 */
final class ForwardAdapter implements StreamObserver<ForwardFrame> {

    /** Frames taken in and not answered. Reached: the transport stops, and the caller sees it as load. */
    private static final int FRAMES_MAX = 16_384;

    /** Frames requested together: each request is a task of the event loop. */
    private static final int FRAMES_REQUESTED = 64;

    private final Replication replication;
    private final ServerCallStreamObserver<ForwardResult> out;

    // Guards `out` and what follows.
    private final Object lock = new Object();
    private int answered;

    ForwardAdapter(Replication replication, ServerCallStreamObserver<ForwardResult> out) {
        this.replication = replication;
        this.out = out;
        out.disableAutoRequest();
        out.setOnCancelHandler(() -> {});
        out.request(FRAMES_MAX);
    }

    @Override
    public void onNext(ForwardFrame frame) {
        long call = frame.getCallId();
        if (frame.getGroup().isEmpty()) {
            answer(ForwardResult.newBuilder().setCallId(call));
            return;
        }
        Optional<ShardReplica> replica = replica(frame.getGroup());
        if (replica.isEmpty()) {
            String text = Checks.text("shard", frame.getGroup(), "one with a replica on this node");
            answer(refusal(call, Errors.of(Reason.REASON_NO_REPLICA, text)));
        } else if (frame.getSection().isEmpty()) {
            answer(whoLeads(call, replica.get()));
        } else {
            publish(call, frame.getSection(), replica.get());
        }
    }

    @Override
    public void onError(Throwable failure) {
        // the caller is gone; what it sent is proposed already
    }

    @Override
    public void onCompleted() {
        synchronized (lock) {
            out.onCompleted();
        }
    }

    private void publish(long call, ByteString bytes, ShardReplica replica) {
        SectionView section;
        try {
            section = SectionView.of(bytes);
        } catch (InvalidProtocolBufferException malformed) {
            String text = Checks.text("section", malformed.getMessage(), "a serialised PublishSection");
            answer(refusal(call, Errors.of(Reason.REASON_INVALID_ARGUMENT, text)));
            return;
        }
        replica.publish(section, outcome -> answer(result(call, outcome)));
    }

    private Optional<ShardReplica> replica(String group) {
        try {
            return replication.replica(ShardId.parse(group));
        } catch (IllegalArgumentException notAShard) {
            return Optional.empty();
        }
    }

    private static ForwardResult.Builder whoLeads(long call, ShardReplica replica) {
        if (replica.isLeader()) {
            return ForwardResult.newBuilder().setCallId(call);
        }
        Map<String, String> hint = replica.leader()
                .map(NodeId::value)
                .map(node -> Map.of("leader", node))
                .orElse(Map.of());
        return refusal(call, Errors.of(Reason.REASON_NOT_LEADER, "this node doesn't lead " + replica.shard(), hint));
    }

    private static ForwardResult.Builder result(long call, PublishOutcome outcome) {
        return outcome instanceof PublishOutcome.Accepted accepted
                ? ForwardResult.newBuilder().setCallId(call).addAllRuns(accepted.runs())
                : refusal(call, ((PublishOutcome.Refused) outcome).error());
    }

    private static ForwardResult.Builder refusal(long call, Error error) {
        return ForwardResult.newBuilder().setCallId(call).setError(error);
    }

    private void answer(ForwardResult.Builder result) {
        synchronized (lock) {
            if (!out.isCancelled()) {
                out.onNext(result.build());
                admitNext();
            }
        }
    }

    private void admitNext() {
        if (++answered == FRAMES_REQUESTED) {
            answered = 0;
            out.request(FRAMES_REQUESTED);
        }
    }
}
