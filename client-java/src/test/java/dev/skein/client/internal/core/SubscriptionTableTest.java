package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.client.CaughtUp;
import dev.skein.client.Closed;
import dev.skein.client.Gap;
import dev.skein.client.GapCause;
import dev.skein.client.Message;
import dev.skein.client.Position;
import dev.skein.client.Reason;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.SubscriptionEvent;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.client.v1.Subscribed;
import dev.skein.proto.client.v1.SubscriptionClosed;
import dev.skein.wire.Errors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubscriptionTableTest {

    private static final long EPOCH = 7;
    private static final String CHANNEL = "default:room";

    private final VirtualClock clock = new VirtualClock();
    private final Counters counters = new Counters();
    private final SubscriptionTable table = new SubscriptionTable(clock.timers, new Random(5), counters);
    private final ScriptedLink link = new ScriptedLink("a:1", null);
    private final List<SubscriptionEvent> events = new ArrayList<>();
    private final List<Position> started = new ArrayList<>();

    @BeforeEach
    void attach() {
        table.attached(link::send);
    }

    @Test
    void handsOnWhatFollowsThePosition() {
        begin(SubscribeOptions.fromSerial(1), 0);
        messages(1, 1, 2, 3);
        assertEquals(List.of(1L, 2L, 3L), serials());
        assertEquals(List.of(new Position(EPOCH, 0)), started);
    }

    @Test
    void resumesAfterTheLastPositionInTheNextSession() {
        begin(SubscribeOptions.fromLatest(), 4);
        messages(1, 5, 6);
        table.detached();
        table.attached(link::send);
        assertEquals(
                Wire.position(new Position(EPOCH, 6)),
                link.lastSubscribe().getStart().getPosition());
    }

    @Test
    void dropsWhatAResumeRepeats() {
        begin(SubscribeOptions.fromSerial(1), 0);
        messages(1, 1, 2);
        table.detached();
        table.attached(link::send);
        subscribed(2, 1);
        messages(2, 1, 2, 3);
        assertEquals(List.of(1L, 2L, 3L), serials());
        assertEquals(2, counters.messagesDropped.sum());
    }

    @Test
    void neverHandsOutAHoleAndStartsAgainFromThePosition() {
        begin(SubscribeOptions.fromSerial(1), 0);
        messages(1, 1, 3, 4);
        assertEquals(List.of(1L), serials());
        assertTrue(link.sent.stream().anyMatch(ClientFrame::hasUnsubscribe));
        clock.advance(Duration.ofSeconds(5));
        assertEquals(1, link.lastSubscribe().getStart().getPosition().getSerial());
        messages(1, 2);
        assertEquals(List.of(1L), serials(), "frames of the earlier start don't count");
        subscribed(link.lastSubscribe().getSubscriptionId(), 1);
        messages(link.lastSubscribe().getSubscriptionId(), 2, 3, 4);
        assertEquals(List.of(1L, 2L, 3L, 4L), serials());
    }

    @Test
    void handsOnAnExplicitGapAndWhatFollowsIt() {
        begin(SubscribeOptions.fromSerial(1), 0);
        gap(1, 1, 3, dev.skein.proto.client.v1.GapCause.GAP_CAUSE_RETENTION);
        messages(1, 4);
        assertEquals(new Gap(CHANNEL, EPOCH, 1, 3, GapCause.RETENTION), events.get(0));
        assertEquals(List.of(4L), serials());
    }

    @Test
    void tellsOnlyThePartOfAGapThatWasNotDelivered() {
        begin(SubscribeOptions.fromSerial(1), 0);
        messages(1, 1, 2);
        gap(1, 2, 4, dev.skein.proto.client.v1.GapCause.GAP_CAUSE_EXPIRED);
        assertEquals(new Gap(CHANNEL, EPOCH, 3, 4, GapCause.EXPIRED), events.get(2));
    }

    @Test
    void aGapDoesNotExcuseAHoleBeforeIt() {
        begin(SubscribeOptions.fromSerial(1), 0);
        gap(1, 3, 4, dev.skein.proto.client.v1.GapCause.GAP_CAUSE_RETENTION);
        assertEquals(List.of(), events);
        clock.advance(Duration.ofSeconds(5));
        assertEquals(0, link.lastSubscribe().getStart().getPosition().getSerial());
    }

    @Test
    void handsOnWhatComesBeforeAMessageThatNobodyCanHaveSent() {
        begin(SubscribeOptions.fromSerial(1), 0);
        MessageBody.Builder malformed = MessageBody.newBuilder()
                .addHeaders(dev.skein.proto.client.v1.Header.newBuilder().setKey(""));
        table.onFrame(ServerFrame.newBuilder()
                .setMessages(Messages.newBuilder()
                        .setSubscriptionId(1)
                        .setEpoch(EPOCH)
                        .addMessages(StoredMessage.newBuilder().setSerial(1))
                        .addMessages(StoredMessage.newBuilder().setSerial(2).setBody(malformed)))
                .build());
        assertEquals(List.of(1L), serials());
        clock.advance(Duration.ofSeconds(5));
        assertEquals(1, link.lastSubscribe().getStart().getPosition().getSerial());
    }

    @Test
    void ephemeralMessagesDoNotMoveThePosition() {
        SubscriptionState state = begin(SubscribeOptions.fromSerial(1), 0);
        messages(1, 1);
        table.onFrame(ServerFrame.newBuilder()
                .setMessages(Messages.newBuilder()
                        .setSubscriptionId(1)
                        .setEpoch(EPOCH)
                        .addMessages(StoredMessage.newBuilder().setSerial(1).setEphemeral(true)))
                .build());
        assertEquals(Optional.of(new Position(EPOCH, 1)), state.position());
        assertEquals(2, events.size());
        messages(1, 2);
        assertEquals(3, events.size());
    }

    @Test
    void tellsCaughtUpOnce() {
        begin(SubscribeOptions.fromSerial(1), 0);
        caughtUp(1);
        table.detached();
        table.attached(link::send);
        subscribed(2, 0);
        caughtUp(2);
        assertEquals(List.of(new CaughtUp(CHANNEL, new Position(EPOCH, 0))), events);
    }

    @Test
    void tellsANewEpochAndStartsAtItsBeginning() {
        begin(SubscribeOptions.fromSerial(1), 0);
        messages(1, 1, 2);
        closed(1, dev.skein.proto.error.v1.Reason.REASON_WRONG_EPOCH, Map.of("epoch", "9"));
        assertEquals(new Gap(CHANNEL, 9, 3, 2, GapCause.NEW_EPOCH), events.get(2));
        clock.advance(Duration.ofSeconds(5));
        assertEquals(1, link.lastSubscribe().getStart().getSerial());
    }

    @Test
    void endsWhenTheFirstStartIsRefusedForGood() {
        begin(SubscribeOptions.fromPosition(new Position(1, 1)), -1);
        closed(1, dev.skein.proto.error.v1.Reason.REASON_WRONG_EPOCH, Map.of("epoch", "9"));
        Closed end = (Closed) events.get(0);
        assertEquals(Reason.WRONG_EPOCH, end.cause().orElseThrow().reason());
        assertEquals(0, counters.subscriptions.get());
    }

    @Test
    void waitsForAReplicaThatIsOnlyLate() {
        begin(SubscribeOptions.fromSerial(1), 0);
        messages(1, 1);
        closed(1, dev.skein.proto.error.v1.Reason.REASON_FUTURE_POSITION, Map.of());
        assertEquals(1, events.size());
        clock.advance(Duration.ofSeconds(5));
        assertEquals(1, link.lastSubscribe().getStart().getPosition().getSerial());
    }

    @Test
    void waitsForANodeThatHasNotHeardOfTheNamespaceYet() {
        begin(SubscribeOptions.fromSerial(1), 0);
        messages(1, 1);
        closed(1, dev.skein.proto.error.v1.Reason.REASON_UNKNOWN_NAMESPACE, Map.of());
        assertEquals(1, events.size());
        clock.advance(Duration.ofSeconds(5));
        assertEquals(1, link.lastSubscribe().getStart().getPosition().getSerial());
    }

    @Test
    void takesTheFirstEpochOfAHistoryThatHadNotBegun() {
        SubscriptionState state = begin(SubscribeOptions.fromLatest(), -1);
        subscribed(1, new Position(0, 0));
        messages(1, 1, 2);
        assertEquals(List.of(1L, 2L), serials());
        assertEquals(Optional.of(new Position(EPOCH, 2)), state.position());
    }

    @Test
    void resumesInTheFirstEpochOfAHistoryThatHadNotBegun() {
        begin(SubscribeOptions.fromLatest(), -1);
        subscribed(1, new Position(0, 0));
        table.detached();
        table.attached(link::send);
        subscribed(2, 0);
        gap(2, 1, 1, dev.skein.proto.client.v1.GapCause.GAP_CAUSE_EXPIRED);
        messages(2, 2);
        assertEquals(List.of(2L), serials());
    }

    @Test
    void resumesAfterItWasCutForBeingSlow() {
        begin(SubscribeOptions.fromSerial(1), 0);
        messages(1, 1);
        closed(1, dev.skein.proto.error.v1.Reason.REASON_SLOW_CONSUMER, Map.of());
        clock.advance(Duration.ofSeconds(5));
        subscribed(2, 1);
        messages(2, 2);
        assertEquals(List.of(1L, 2L), serials());
    }

    @Test
    void asksForMoreWhenHalfTheBufferHasBeenTaken() {
        SubscriptionState state = begin(SubscribeOptions.fromSerial(1).withBufferedMessages(4), 0);
        assertEquals(4, link.lastSubscribe().getDemand());
        messages(1, 1, 2, 3);
        table.taken(state, 1);
        assertEquals(0, demanded());
        table.taken(state, 2);
        assertEquals(3, demanded());
    }

    @Test
    void asksForNoMoreThanTheApplicationWants() {
        SubscriptionState state =
                begin(SubscribeOptions.fromSerial(1).withExplicitDemand().withBufferedMessages(10), 0);
        assertEquals(0, link.lastSubscribe().getDemand());
        table.request(state, 2);
        assertEquals(2, demanded());
        messages(1, 1);
        table.taken(state, 1);
        assertEquals(2, demanded());
        table.request(state, 100);
        assertEquals(2 + 9, demanded(), "one is granted already, so nine more fill the buffer of ten");
    }

    @Test
    void grantsAgainInTheNextSessionWhatWasNotDelivered() {
        SubscriptionState state = begin(SubscribeOptions.fromSerial(1).withExplicitDemand(), 0);
        table.request(state, 5);
        messages(1, 1, 2);
        table.detached();
        table.attached(link::send);
        assertEquals(3, link.lastSubscribe().getDemand());
    }

    @Test
    void endsQuietlyWhenTheApplicationIsDone() {
        SubscriptionState state = begin(SubscribeOptions.fromSerial(1), 0);
        table.remove(state);
        messages(1, 1);
        assertEquals(List.of(new Closed(CHANNEL, Optional.empty())), events);
        assertTrue(link.sent.stream().anyMatch(ClientFrame::hasUnsubscribe));
    }

    private SubscriptionState begin(SubscribeOptions options, long after) {
        SubscriptionState state =
                new SubscriptionState(Channel.parse("room"), options, counters, started::add, events::addAll);
        table.add(state);
        Subscribe sent = link.lastSubscribe();
        assertEquals(CHANNEL, sent.getChannel());
        if (after >= 0) {
            subscribed(sent.getSubscriptionId(), after);
        }
        return state;
    }

    private void subscribed(int id, long after) {
        subscribed(id, new Position(EPOCH, after));
    }

    private void subscribed(int id, Position after) {
        table.onFrame(ServerFrame.newBuilder()
                .setSubscribed(Subscribed.newBuilder().setSubscriptionId(id).setPosition(Wire.position(after)))
                .build());
    }

    private void messages(int id, long... serials) {
        Messages.Builder frame = Messages.newBuilder().setSubscriptionId(id).setEpoch(EPOCH);
        for (long serial : serials) {
            frame.addMessages(StoredMessage.newBuilder()
                    .setSerial(serial)
                    .setBody(MessageBody.newBuilder().setPayload(ByteString.copyFromUtf8("m" + serial))));
        }
        table.onFrame(ServerFrame.newBuilder().setMessages(frame).build());
    }

    private void gap(int id, long first, long last, dev.skein.proto.client.v1.GapCause cause) {
        table.onFrame(ServerFrame.newBuilder()
                .setGap(dev.skein.proto.client.v1.Gap.newBuilder()
                        .setSubscriptionId(id)
                        .setEpoch(EPOCH)
                        .setFirstSerial(first)
                        .setLastSerial(last)
                        .setCause(cause))
                .build());
    }

    private void caughtUp(int id) {
        table.onFrame(ServerFrame.newBuilder()
                .setCaughtUp(dev.skein.proto.client.v1.CaughtUp.newBuilder().setSubscriptionId(id))
                .build());
    }

    private void closed(int id, dev.skein.proto.error.v1.Reason reason, Map<String, String> metadata) {
        table.onFrame(ServerFrame.newBuilder()
                .setSubscriptionClosed(SubscriptionClosed.newBuilder()
                        .setSubscriptionId(id)
                        .setError(Errors.of(reason, "refused", metadata)))
                .build());
    }

    private List<Long> serials() {
        return events.stream()
                .filter(Message.class::isInstance)
                .map(event -> ((Message) event).serial())
                .toList();
    }

    private long demanded() {
        return link.sent.stream()
                .filter(ClientFrame::hasDemand)
                .mapToLong(frame -> frame.getDemand().getMessages())
                .sum();
    }
}
