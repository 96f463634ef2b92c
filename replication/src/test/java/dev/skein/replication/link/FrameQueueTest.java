package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.LinkFrame;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameQueueTest {

    private final FrameQueue queue = new FrameQueue(1_000, 1_000);

    @Test
    void heartbeatsOvertakeAppendsAndAppendsKeepTheirOrder() {
        queue.offer(frame(1, LinkFrame.Kind.APPEND_ENTRIES, 100));
        queue.offer(frame(2, LinkFrame.Kind.APPEND_ENTRIES, 100));
        queue.offer(frame(3, LinkFrame.Kind.HEARTBEAT, 10));
        assertEquals(List.of(3L, 1L, 2L), ids(queue.poll(10_000)));
    }

    @Test
    void aMessageTakesNoMoreThanItsBytes() {
        for (int i = 1; i <= 4; i++) {
            queue.offer(frame(i, LinkFrame.Kind.APPEND_ENTRIES, 100));
        }
        assertEquals(List.of(1L, 2L), ids(queue.poll(300)));
        assertEquals(List.of(3L, 4L), ids(queue.poll(300)));
        assertEquals(List.of(), ids(queue.poll(300)));
    }

    @Test
    void aFrameLargerThanAMessageGoesAlone() {
        queue.offer(frame(1, LinkFrame.Kind.APPEND_ENTRIES, 500));
        queue.offer(frame(2, LinkFrame.Kind.APPEND_ENTRIES, 10));
        assertEquals(List.of(1L), ids(queue.poll(100)));
        assertEquals(List.of(2L), ids(queue.poll(100)));
    }

    @Test
    void aFullDataQueueStillTakesHeartbeats() {
        assertTrue(queue.offer(frame(1, LinkFrame.Kind.APPEND_ENTRIES, 900)));
        assertFalse(queue.offer(frame(2, LinkFrame.Kind.APPEND_ENTRIES, 900)));
        assertTrue(queue.offer(frame(3, LinkFrame.Kind.HEARTBEAT, 10)));
        assertEquals(List.of(3L, 1L), ids(queue.poll(10_000)));
    }

    @Test
    void whatWasSentMakesRoom() {
        queue.offer(frame(1, LinkFrame.Kind.APPEND_ENTRIES, 900));
        queue.poll(10_000);
        assertEquals(0, queue.bytes());
        assertTrue(queue.offer(frame(2, LinkFrame.Kind.APPEND_ENTRIES, 900)));
    }

    @Test
    void onlyTheNewestPushOfAGroupIsSent() throws InvalidProtocolBufferException {
        queue.push(push("a", 5));
        queue.push(push("b", 7));
        queue.push(push("a", 6));
        List<LinkFrame> frames = queue.poll(10_000);
        assertEquals(List.of("a", "b"), frames.stream().map(LinkFrame::getGroup).toList());
        assertEquals(6, AppendEntriesRequest.parseFrom(frames.get(0).getBody()).getCommittedIndex());
        assertEquals(List.of(), queue.poll(10_000));
    }

    private static CommitPush push(String group, long index) {
        return new CommitPush(
                group, RaftPeers.peer(new NodeId("us-a"), 1), RaftPeers.peer(new NodeId("eu-a"), 1), 3, index, 3);
    }

    private static LinkFrame frame(long id, LinkFrame.Kind kind, int bytes) {
        return LinkFrame.newBuilder()
                .setCallId(id)
                .setKind(kind)
                .setBody(ByteString.copyFrom(new byte[bytes]))
                .setGroup("g")
                .build();
    }

    private static List<Long> ids(List<LinkFrame> frames) {
        return frames.stream().map(LinkFrame::getCallId).toList();
    }
}
