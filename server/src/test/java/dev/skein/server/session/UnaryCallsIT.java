package dev.skein.server.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.proto.client.v1.DescribeChannelRequest;
import dev.skein.proto.client.v1.DescribeNamespaceRequest;
import dev.skein.proto.client.v1.HistoryRequest;
import dev.skein.proto.client.v1.HistoryResponse;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.PublishRequest;
import dev.skein.proto.client.v1.PublishResponse;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.loopback.LoopbackCluster;
import dev.skein.server.loopback.ScriptedClient;
import dev.skein.wire.Errors;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class UnaryCallsIT {

    private final LoopbackCluster cluster = LoopbackCluster.start(2, 1);

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void publishesWithoutASession() {
        PublishResponse response = publish(1, "a");
        assertEquals(1, response.getReceipts(0).getSerial());
        assertEquals(2, publish(1, "b").getReceipts(0).getSerial());
    }

    @Test
    void failsACallWithTheReasonInItsStatus() {
        PublishRequest request = PublishRequest.newBuilder()
                .setPublish(ScriptedClient.plain(
                        0, "x", section -> section.getChannelsBuilder(0).setChannel("nowhere:x")))
                .build();
        assertReason(Reason.REASON_UNKNOWN_NAMESPACE, () -> stub(1).publish(request));
        HistoryRequest history = HistoryRequest.newBuilder().setChannel("a\nb").build();
        assertReason(Reason.REASON_INVALID_CHANNEL, () -> stub(1).history(history));
    }

    @Test
    void pagesForwardThroughEverything() {
        fill(25);
        List<Long> seen = new ArrayList<>();
        long next = 1;
        while (next != 0) {
            HistoryResponse page = stub(1).history(HistoryRequest.newBuilder()
                    .setChannel("room")
                    .setFromSerial(next)
                    .setLimit(10)
                    .build());
            page.getMessagesList().stream().map(StoredMessage::getSerial).forEach(seen::add);
            next = page.getNextSerial();
        }
        assertEquals(LongStream.rangeClosed(1, 25).boxed().toList(), seen);
    }

    @Test
    void pagesBackwardFromTheNewest() {
        fill(5);
        HistoryResponse page = stub(0).history(HistoryRequest.newBuilder()
                .setChannel("room")
                .setBackward(true)
                .setLimit(2)
                .build());
        assertEquals(
                List.of(5L, 4L),
                page.getMessagesList().stream().map(StoredMessage::getSerial).toList());
        assertEquals(3, page.getNextSerial());
        assertEquals(5, page.getLastSerial());
    }

    @Test
    void anEmptyChannelHasAnEmptyHistory() {
        HistoryResponse page =
                stub(1).history(HistoryRequest.newBuilder().setChannel("silent").build());
        assertEquals(0, page.getMessagesCount());
        assertEquals(0, page.getNextSerial());
    }

    @Test
    void confirmsThePageOfAHistoryAndNotOnlyItsEnds() {
        try (var two = LoopbackCluster.start(2, 2)) {
            two.replica(1).lag(true);
            ScriptedClient client = two.connect(0);
            client.publishAll(1, 3);
            HistoryRequest request =
                    HistoryRequest.newBuilder().setChannel("room").build();
            var page = MessagingGrpc.newBlockingStub(two.node(1).channel()).history(request);
            assertEquals(3, page.getMessagesCount());
        }
    }

    @Test
    void refusesAHistoryOfAnotherEpoch() {
        fill(1);
        HistoryRequest request =
                HistoryRequest.newBuilder().setChannel("room").setEpoch(5).build();
        assertReason(Reason.REASON_WRONG_EPOCH, () -> stub(0).history(request));
    }

    @Test
    void describesNamespaceAndChannel() {
        fill(3);
        var namespace = stub(1).describeNamespace(DescribeNamespaceRequest.newBuilder()
                .setNamespace("default")
                .build());
        assertEquals(1, namespace.getShards());
        assertEquals(4_096, namespace.getMessageBytesMax());
        var channel = stub(1).describeChannel(
                        DescribeChannelRequest.newBuilder().setChannel("room").build());
        assertEquals("default:room", channel.getChannel());
        assertEquals(3, channel.getLastSerial());
        assertReason(
                Reason.REASON_UNKNOWN_NAMESPACE, () -> stub(1).describeNamespace(DescribeNamespaceRequest.newBuilder()
                        .setNamespace("nowhere")
                        .build()));
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            publish(0, "m" + i);
        }
    }

    private PublishResponse publish(int node, String text) {
        return stub(node)
                .publish(PublishRequest.newBuilder()
                        .setPublish(ScriptedClient.plain(0, text))
                        .build());
    }

    private MessagingGrpc.MessagingBlockingStub stub(int node) {
        return MessagingGrpc.newBlockingStub(cluster.node(node).channel());
    }

    private static void assertReason(Reason expected, Executable call) {
        var error = Errors.fromThrowable(assertThrows(StatusRuntimeException.class, call));
        assertNotNull(error);
        assertEquals(expected, error.getReason());
    }
}
