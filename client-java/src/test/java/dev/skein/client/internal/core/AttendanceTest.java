package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.client.Reason;
import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.MemberChange;
import dev.skein.proto.client.v1.MemberChanges;
import dev.skein.proto.client.v1.PresenceAnswer;
import dev.skein.proto.client.v1.PresenceFrame;
import dev.skein.proto.client.v1.PresenceFrame.FrameCase;
import dev.skein.proto.client.v1.PresenceNews;
import dev.skein.wire.Errors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What nodes are told of a client's presence, on a clock that the test moves. */
class AttendanceTest {

    private static final ByteString SECRET = ByteString.copyFromUtf8("sixteen bytes ok");
    private static final ByteString DATA = ByteString.copyFromUtf8("here");
    private static final SkeinException LOST = new SkeinException(Reason.UNAVAILABLE, "lost", false);

    private final VirtualClock clock = new VirtualClock();
    private final Attendance attendance = new Attendance(clock.timers, new Random(1), SECRET, Duration.ofSeconds(10));
    private final List<Node> nodes = new ArrayList<>();

    @Test
    void withoutAnythingWantedThereIsNoStream() {
        attach();
        assertEquals(List.of(), nodes);
    }

    @Test
    void whoEntersBeforeThereIsANodeEntersWhenThereIsOne() {
        Told told = enter("a");
        assertEquals("", told.word);
        attach();
        assertEquals(List.of("HELLO", "ENTER a"), node().frames());
        assertEquals(SECRET, node().sent.get(0).getHello().getSecret());
        node().answers();
        assertEquals("done", told.word);
    }

    @Test
    void theNextNodeIsToldEverythingAgain() {
        attach();
        Told first = enter("a");
        node().answers();
        Told second = enter("b");
        attendance.detached();
        attach();
        assertEquals(List.of("HELLO", "ENTER a", "ENTER b"), node().frames());
        assertEquals("", second.word, "it was never answered");
        node().answers();
        assertEquals("done", first.word);
        assertEquals("done", second.word);
    }

    @Test
    void whoHasLeftIsntThereAfterwards() {
        attach();
        enter("a");
        enter("b");
        node().answers();
        Told left = new Told();
        attendance.leave("a", left);
        node().answers();
        assertEquals("done", left.word);
        attendance.detached();
        attach();
        assertEquals(List.of("HELLO", "ENTER b"), node().frames());
    }

    @Test
    void whoLeavesWhileTheStreamIsLostHasLeft() {
        attach();
        enter("a");
        node().answers();
        Told left = new Told();
        attendance.leave("a", left);
        assertEquals("", left.word);
        node().events.ended(LOST);
        assertEquals("done", left.word);
        clock.advance(Duration.ofSeconds(1));
        assertEquals(1, nodes.size(), "nothing is wanted any more");
    }

    @Test
    void aStreamThatEndsIsOpenedAgainAfterAPause() {
        attach();
        enter("a");
        for (int i = 1; i < 20; i++) {
            node().events.ended(LOST);
            assertEquals(i, nodes.size());
            clock.advance(Duration.ofSeconds(5));
            assertEquals(i + 1, nodes.size());
        }
        assertEquals(List.of("HELLO", "ENTER a"), node().frames());
    }

    @Test
    void whatAnEarlierNodeSaysIsNobodys() {
        attach();
        Told told = enter("a");
        Node before = node();
        attendance.detached();
        assertTrue(before.closed);
        attach();
        before.answers();
        before.events.ended(LOST);
        assertEquals("", told.word);
        assertEquals(2, nodes.size());
    }

    @Test
    void whatIsRefusedIsNotAskedForAgain() {
        attach();
        Told told = enter("a");
        node().refuses();
        assertEquals("PRESENCE_OFF", told.word);
        attendance.detached();
        attach();
        assertEquals(1, nodes.size());
    }

    @Test
    void whoMayNotLookDifferentStaysAsItWas() {
        attach();
        enter("a");
        node().answers();
        Told told = new Told();
        attendance.enter("a", ByteString.copyFromUtf8("different"), told);
        node().refuses();
        assertEquals("PRESENCE_OFF", told.word);
        attendance.detached();
        attach();
        assertEquals(DATA, node().sent.get(1).getEnter().getData());
    }

    @Test
    void whoIsRefusedToHearOfMembersDoesNotEndWhatOthersHear() {
        attach();
        Hearing first = new Hearing();
        attendance.watch("a", first, new Told());
        node().answers();
        Hearing second = new Hearing();
        attendance.watch("a", second, new Told());
        node().refuses();
        node().changes("a");
        assertEquals(List.of("changed"), first.heard);
        assertEquals(List.of(), second.heard);
    }

    @Test
    void whoWasToldThatItIsTooLateHearsNothing() {
        attach();
        Hearing hearing = new Hearing();
        Told told = new Told();
        attendance.watch("a", hearing, told);
        clock.advance(Duration.ofSeconds(10));
        assertEquals("DEADLINE", told.word);
        node().changes("a");
        assertEquals(List.of(), hearing.heard);
        assertTrue(node().frames().contains("UNWATCH a"));
    }

    @Test
    void whoIsNeverAnsweredIsToldSoAndStaysIn() {
        attach();
        Told told = enter("a");
        clock.advance(Duration.ofSeconds(10));
        assertEquals("DEADLINE", told.word);
        node().answers();
        assertEquals("DEADLINE", told.word, "one word only");
        attendance.detached();
        attach();
        assertEquals(List.of("HELLO", "ENTER a"), node().frames());
    }

    @Test
    void watchersHearOfChangesAndOfWhatTheyMayHaveMissed() {
        attach();
        Hearing hearing = new Hearing();
        attendance.watch("a", hearing, new Told());
        node().answers();
        node().changes("a");
        node().changes("b");
        assertEquals(List.of("changed"), hearing.heard);
        attendance.detached();
        attach();
        assertEquals(List.of("HELLO", "WATCH a"), node().frames());
        node().changes("a");
        assertEquals(List.of("changed", "interrupted", "changed"), hearing.heard);
        attendance.unwatch("a", hearing);
        assertEquals("UNWATCH a", node().frames().get(2));
        node().changes("a");
        assertEquals(3, hearing.heard.size());
    }

    @Test
    void inTheEndWhoWaitsFails() {
        attach();
        Told told = enter("a");
        attendance.close(new SkeinException(Reason.CLIENT_CLOSED, "closed", false));
        assertEquals("CLIENT_CLOSED", told.word);
        assertEquals(List.of("HELLO", "ENTER a", "FRAME_NOT_SET"), node().frames(), "and the stream is finished");
        assertEquals("CLIENT_CLOSED", enter("b").word);
    }

    @Test
    void requestsAreToldApart() {
        attach();
        enter("a");
        enter("a");
        assertNotEquals(node().sent.get(1).getRequestId(), node().sent.get(2).getRequestId());
    }

    private void attach() {
        attendance.attached(events -> {
            nodes.add(new Node(events));
            return node();
        });
    }

    private Node node() {
        return nodes.get(nodes.size() - 1);
    }

    private Told enter(String channel) {
        Told told = new Told();
        attendance.enter(channel, DATA, told);
        return told;
    }

    private static final class Told implements Attendance.Outcome {

        private String word = "";

        @Override
        public void done() {
            word += "done";
        }

        @Override
        public void failed(SkeinException cause) {
            word += cause.reason();
        }
    }

    private static final class Hearing implements Attendance.Watcher {

        private final List<String> heard = new ArrayList<>();

        @Override
        public void changed(MemberChanges changes) {
            heard.add("changed");
        }

        @Override
        public void interrupted() {
            heard.add("interrupted");
        }
    }

    /** The other end of a stream. */
    private static final class Node implements Attendance.Stream {

        private final Attendance.Events events;
        private final List<PresenceFrame> sent = new ArrayList<>();
        private boolean closed;

        Node(Attendance.Events events) {
            this.events = events;
        }

        @Override
        public void send(PresenceFrame frame) {
            sent.add(frame);
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void finish() {
            sent.add(PresenceFrame.getDefaultInstance());
        }

        void answers() {
            asked().forEach(frame -> events.news(PresenceNews.newBuilder()
                    .setAnswer(PresenceAnswer.newBuilder().setRequestId(frame.getRequestId()))
                    .build()));
        }

        void refuses() {
            asked().forEach(frame -> events.news(PresenceNews.newBuilder()
                    .setAnswer(PresenceAnswer.newBuilder()
                            .setRequestId(frame.getRequestId())
                            .setError(Errors.of(dev.skein.proto.error.v1.Reason.REASON_PRESENCE_OFF, "namespace: off")))
                    .build()));
        }

        void changes(String channel) {
            events.news(PresenceNews.newBuilder()
                    .setChanges(MemberChanges.newBuilder()
                            .setChannel(channel)
                            .addChanges(MemberChange.getDefaultInstance()))
                    .build());
        }

        private List<PresenceFrame> asked() {
            return sent.stream()
                    .filter(frame -> frame.getFrameCase() != FrameCase.HELLO)
                    .toList();
        }

        private List<String> frames() {
            return sent.stream()
                    .map(frame -> switch (frame.getFrameCase()) {
                        case ENTER -> "ENTER " + frame.getEnter().getChannel();
                        case LEAVE -> "LEAVE " + frame.getLeave().getChannel();
                        case WATCH -> "WATCH " + frame.getWatch().getChannel();
                        case UNWATCH -> "UNWATCH " + frame.getUnwatch().getChannel();
                        default -> frame.getFrameCase().name();
                    })
                    .toList();
        }
    }
}
