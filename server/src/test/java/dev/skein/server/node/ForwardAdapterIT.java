package dev.skein.server.node;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.node.v1.ForwardFrame;
import dev.skein.proto.node.v1.ForwardResult;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.server.loopback.LoopbackCluster;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForwardAdapterIT {

    private final LoopbackCluster cluster = LoopbackCluster.start(2, 1);
    private final ManagedChannel channel = NettyChannelBuilder.forTarget(
                    cluster.node(0).peerAddress())
            .usePlaintext()
            .build();
    private final Results results = new Results();
    private final StreamObserver<ForwardFrame> frames =
            NodeServiceGrpc.newStub(channel).forward(results);

    @AfterEach
    void close() {
        channel.shutdownNow();
        cluster.close();
    }

    @Test
    void answersOneRunForASection() {
        send(1, section("a", "b", "c"));
        ForwardResult result = results.of(1);
        assertEquals(1, result.getRunsCount());
        assertEquals(List.of(1L, 2L, 3L), result.getRuns(0).getSerialsList());
    }

    @Test
    void refusesBytesThatAreNoSectionAndGoesOn() {
        send(1, ByteString.copyFrom(new byte[] {0x1A, 9, 1}));
        send(2, section("a"));
        assertEquals(Reason.REASON_INVALID_ARGUMENT, results.of(1).getError().getReason());
        assertTrue(
                results.of(1).getError().getText().startsWith("section: malformed: "),
                results.of(1).getError().getText());
        assertEquals(1, results.of(2).getRuns(0).getSerials(0));
    }

    @Test
    void saysWhetherItLeads() {
        send(1, ByteString.EMPTY);
        assertEquals(0, results.of(1).getRunsCount());
        assertEquals(Reason.REASON_UNSPECIFIED, results.of(1).getError().getReason());
        cluster.shard().leader(cluster.node(1).id());
        send(2, ByteString.EMPTY);
        assertEquals(Reason.REASON_NOT_LEADER, results.of(2).getError().getReason());
        assertEquals("n1", results.of(2).getError().getMetadataOrThrow("leader"));
    }

    /** More than are requested at a time, so that a forgotten request would stop the stream. */
    @Test
    void keepsTakingFrames() {
        int count = 17_000;
        for (int call = 1; call <= count; call++) {
            send(call, ByteString.EMPTY);
        }
        results.of(count);
    }

    private void send(long call, ByteString section) {
        frames.onNext(ForwardFrame.newBuilder()
                .setCallId(call)
                .setGroup("default/0")
                .setSection(section)
                .setTimeoutMs(1_000)
                .build());
    }

    private static ByteString section(String... texts) {
        SectionChannel.Builder channel = SectionChannel.newBuilder().setChannel("default:room");
        for (String text : texts) {
            channel.addMessages(ByteString.copyFrom(new byte[] {0x1A, 1}).concat(ByteString.copyFromUtf8(text)));
        }
        return PublishSection.newBuilder().addChannels(channel).build().toByteString();
    }

    /** What the node answered. */
    private static final class Results implements StreamObserver<ForwardResult> {

        private final Queue<ForwardResult> heard = new ConcurrentLinkedQueue<>();

        ForwardResult of(long call) {
            eventually("result of " + call, () -> heard.stream().anyMatch(result -> result.getCallId() == call));
            return heard.stream()
                    .filter(result -> result.getCallId() == call)
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void onNext(ForwardResult result) {
            heard.add(result);
        }

        @Override
        public void onError(Throwable failure) {
            // the test waits for a result in vain
        }

        @Override
        public void onCompleted() {
            // as above
        }
    }
}
