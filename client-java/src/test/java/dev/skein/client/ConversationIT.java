package dev.skein.client;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.twin.TwinCluster;
import dev.skein.client.twin.TwinNode;
import dev.skein.proto.error.v1.Error;
import dev.skein.wire.Errors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole client over real streams, against the in-memory cluster. */
@Timeout(60)
class ConversationIT {

    private final TwinCluster cluster = new TwinCluster();
    private TwinNode us;
    private TwinNode eu;
    private SkeinClient client;

    @BeforeEach
    void start() {
        us = cluster.node("us-a", "us");
        eu = cluster.node("eu-a", "eu");
        client = SkeinClient.builder()
                .endpoints(us.endpoint())
                .region("us")
                .publishTimeout(Duration.ofSeconds(20))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void deliversWhatWasPublished() throws Exception {
        Recorder seen = subscribe(SubscribeOptions.fromSerial(1));
        Receipt first = client.publish("room", OutgoingMessage.of("a")).get(10, TimeUnit.SECONDS);
        client.publish("room", OutgoingMessage.of("b").withHeader("k", "v")).get(10, TimeUnit.SECONDS);
        seen.awaitTexts(List.of("a", "b"));
        assertEquals(new Position(7, 1), first.position());
        assertFalse(first.duplicate());
        assertEquals(List.of(Header.of("k", "v")), seen.messages().get(1).headers());
        assertEquals("default:room", seen.messages().get(0).channel());
    }

    @Test
    void keepsOrderThroughPipelining() throws Exception {
        List<CompletableFuture<Receipt>> receipts = IntStream.range(0, 3_000)
                .mapToObj(i -> client.publish("room", OutgoingMessage.of("m" + i)))
                .toList();
        for (int i = 0; i < receipts.size(); i++) {
            assertEquals(i + 1, receipts.get(i).get(20, TimeUnit.SECONDS).serial());
        }
        assertEquals(texts(3_000), cluster.texts("default:room"));
    }

    @Test
    void keepsOrderInEachOfManyChannelsThatShareSections() throws Exception {
        List<CompletableFuture<Receipt>> receipts = IntStream.range(0, 3_000)
                .mapToObj(i -> client.publish("room" + i % 7, OutgoingMessage.of("m" + i / 7)))
                .toList();
        for (int i = 0; i < receipts.size(); i++) {
            assertEquals(i / 7 + 1, receipts.get(i).get(20, TimeUnit.SECONDS).serial());
        }
        assertEquals(texts(3_000 / 7 + 1), cluster.texts("default:room0"));
        assertTrue(us.publishesSeen() < 3_000, () -> us.publishesSeen() + " sections");
    }

    @Test
    void sendsEveryFieldOfAMessage() throws Exception {
        Recorder seen = subscribe(SubscribeOptions.fromSerial(1));
        OutgoingMessage full = OutgoingMessage.of("caf\u00e9")
                .withHeader("k\u00e9y", "v")
                .withHeader(new Header("empty", Payload.empty()))
                .withMessageId("id-\u00e9")
                .withTimeToLive(Duration.ofMinutes(5));
        List<OutgoingMessage> messages = List.of(full, OutgoingMessage.of(""), OutgoingMessage.of("x".repeat(70_000)));
        client.publish("room", messages, PublishOptions.defaults()).get(10, TimeUnit.SECONDS);
        seen.awaitTexts(List.of("caf\u00e9", "", "x".repeat(70_000)));
        Message first = seen.messages().get(0);
        assertEquals(full.headers(), first.headers());
        assertEquals(full.messageId(), first.messageId());
        assertEquals(300_000, cluster.timeToLiveMillis("default:room", 1));
    }

    @Test
    void returnsTheOriginalSerialWhenTheAckWasLostAndAnotherRegionIsAsked() throws Exception {
        client.publish("room", OutgoingMessage.of("m0")).get(10, TimeUnit.SECONDS);
        us.breakAfterNextPublish();
        CompletableFuture<Receipt> cutOff = client.publish("room", OutgoingMessage.of("m1"));
        Receipt receipt = cutOff.get(20, TimeUnit.SECONDS);
        assertEquals(2, receipt.serial());
        assertTrue(receipt.duplicate());
        assertEquals(List.of("m0", "m1"), cluster.texts("default:room"));
        assertEquals(1, eu.sessionsOpened());
    }

    @Test
    void movesToAnotherRegionWhenItsNodeFallsSilent() throws Exception {
        Recorder seen = subscribe(SubscribeOptions.fromSerial(1));
        client.publish("room", OutgoingMessage.of("m0")).get(10, TimeUnit.SECONDS);
        seen.awaitTexts(List.of("m0"));
        us.fallSilent();
        cluster.put("default:room", "m1");
        CompletableFuture<Receipt> next = client.publish("room", OutgoingMessage.of("m2"));
        assertEquals(3, next.get(20, TimeUnit.SECONDS).serial());
        seen.awaitTexts(List.of("m0", "m1", "m2"));
        assertEquals("eu", client.stats().region().orElseThrow());
    }

    @Test
    void keepsEveryPromiseWhileSessionsBreakAllTheTime() throws Exception {
        Recorder seen = subscribe(SubscribeOptions.fromSerial(1));
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            receipts.add(client.publish("room", OutgoingMessage.of("m" + i)));
            if (i % 400 == 200) {
                receipts.get(i - 150).get(20, TimeUnit.SECONDS);
                us.breakAfterNextPublish();
                eu.breakAfterNextPublish();
            }
        }
        for (int i = 0; i < receipts.size(); i++) {
            assertEquals(i + 1, receipts.get(i).get(20, TimeUnit.SECONDS).serial());
        }
        assertEquals(texts(2_000), cluster.texts("default:room"));
        seen.awaitTexts(texts(2_000));
        assertTrue(client.stats().sessions() > 1);
    }

    @Test
    void neverHandsOutAHole() throws Exception {
        Recorder seen = subscribe(SubscribeOptions.fromSerial(1));
        seen.subscription.started().get(10, TimeUnit.SECONDS);
        us.skipOneMessage();
        cluster.put("default:room", "m0", "m1", "m2");
        seen.awaitTexts(texts(3));
    }

    @Test
    void tellsTheExactGapThatRetentionLeft() throws Exception {
        cluster.put("default:room", "m0", "m1", "m2", "m3");
        cluster.trimBefore("default:room", 3);
        Recorder seen = subscribe(SubscribeOptions.fromSerial(1));
        seen.awaitTexts(List.of("m2", "m3"));
        assertEquals(new Gap("default:room", 7, 1, 2, GapCause.RETENTION), seen.events.get(0));
        eventually(seen::toString, () -> seen.events.size() == 4);
        assertEquals(new CaughtUp("default:room", new Position(7, 4)), seen.events.get(3));
    }

    @Test
    void givesATokenForTheLastPositionThatTheListenerTook() throws Exception {
        cluster.put("default:room", "m0", "m1");
        Recorder seen = subscribe(SubscribeOptions.fromSerial(1));
        seen.awaitTexts(texts(2));
        Optional<Position> last = Optional.of(new Position(7, 2));
        eventually(seen::toString, () -> seen.subscription.position().equals(last));
        String text = seen.subscription.resumeToken().orElseThrow().toString();
        Recorder resumed = subscribe(SubscribeOptions.resume(ResumeToken.parse(text)));
        resumed.subscription.started().get(10, TimeUnit.SECONDS);
        cluster.put("default:room", "m2");
        resumed.awaitTexts(List.of("m2"));
        assertEquals(last.get(), resumed.subscription.started().get());
    }

    @Test
    void endsASubscriptionWhoseTokenIsForeign() throws Exception {
        Recorder seen = subscribe(SubscribeOptions.resume(
                ResumeToken.of(dev.skein.wire.ResumeTokens.encode("another", "default:room", 7, 1)
                        .toByteArray())));
        eventually(seen::toString, () -> !seen.events.isEmpty());
        Closed end = assertInstanceOf(Closed.class, seen.events.get(0));
        assertEquals(Reason.FOREIGN_TOKEN, end.cause().orElseThrow().reason());
        assertTrue(seen.subscription.started().isCompletedExceptionally());
    }

    @Test
    void endsASubscriptionWhoseListenerThrows() throws Exception {
        List<SubscriptionEvent> events = new CopyOnWriteArrayList<>();
        cluster.put("default:room", "m0", "m1");
        client.subscribe("room", SubscribeOptions.fromSerial(1), event -> {
            events.add(event);
            if (event instanceof Message) {
                throw new IllegalStateException("the application's own");
            }
        });
        eventually(events::toString, () -> events.size() == 2);
        Closed end = assertInstanceOf(Closed.class, events.get(1));
        assertEquals(Reason.LISTENER_FAILED, end.cause().orElseThrow().reason());
        eventually(() -> client.stats().toString(), () -> client.stats().subscriptions() == 0);
    }

    @Test
    void endsASubscriptionWhoseListenerFailsWithAnError() throws Exception {
        List<SubscriptionEvent> events = new CopyOnWriteArrayList<>();
        cluster.put("default:room", "m0");
        client.subscribe("room", SubscribeOptions.fromSerial(1), event -> {
            events.add(event);
            if (event instanceof Message) {
                throw new AssertionError("the application's own");
            }
        });
        eventually(events::toString, () -> events.size() == 2);
        Closed end = assertInstanceOf(Closed.class, events.get(1));
        assertEquals(Reason.LISTENER_FAILED, end.cause().orElseThrow().reason());
    }

    @Test
    void failsFastWhenTooManyPublishesWait() throws Exception {
        client.publish("room", OutgoingMessage.of("m0")).get(10, TimeUnit.SECONDS);
        us.fallSilent();
        eu.fallSilent();
        try (SkeinClient small = SkeinClient.builder()
                .endpoints(us.endpoint())
                .unansweredMessagesMax(2)
                .build()) {
            small.publish("room", OutgoingMessage.of("a"));
            small.publish("room", OutgoingMessage.of("b"));
            SkeinException refusal =
                    assertThrows(SkeinException.class, () -> small.blocking().publish("room", OutgoingMessage.of("c")));
            assertEquals(Reason.OVERLOADED, refusal.reason());
            assertFalse(refusal.outcomeUnknown());
        }
    }

    @Test
    void refusesAPublishThatNoServerTakesAndGoesOn() throws Exception {
        OutgoingMessage large = OutgoingMessage.of("x".repeat(5 << 20));
        SkeinException refusal =
                assertThrows(SkeinException.class, () -> client.blocking().publish("room", large));
        assertEquals(Reason.BATCH_TOO_LARGE, refusal.reason());
        assertEquals(RetryAdvice.NEVER, refusal.advice());
        client.publish("room", OutgoingMessage.of("a")).get(10, TimeUnit.SECONDS);
        assertEquals(0, client.stats().messagesUnanswered());
    }

    @Test
    void saysUnknownWhenTheTimeoutPassesAfterAPublishWasSent() throws Exception {
        client.publish("room", OutgoingMessage.of("m0")).get(10, TimeUnit.SECONDS);
        us.fallSilent();
        eu.fallSilent();
        PublishOptions brief = PublishOptions.defaults().withTimeout(Duration.ofMillis(200));
        SkeinException failure = assertThrows(
                SkeinException.class, () -> client.blocking().publish("room", OutgoingMessage.of("m1"), brief));
        assertTrue(failure.outcomeUnknown());
    }

    @Test
    void neverAsksForMoreThanTheListenerTakes() throws Exception {
        cluster.put("default:room", texts(500).toArray(String[]::new));
        Recorder seen = new Recorder();
        seen.subscription = client.subscribe(
                "room", SubscribeOptions.fromSerial(1).withExplicitDemand().withBufferedMessages(20), seen);
        seen.subscription.request(3);
        seen.awaitTexts(texts(3));
        assertEquals(0, us.largestDemand());
        seen.subscription.request(Long.MAX_VALUE);
        seen.awaitTexts(texts(500));
        assertTrue(us.largestDemand() <= 20);
    }

    @Test
    void failsAConditionalPublishWithTheLastSerial() throws Exception {
        client.publish("room", OutgoingMessage.of("m0")).get(10, TimeUnit.SECONDS);
        SkeinException refusal = assertThrows(SkeinException.class, () -> client.blocking()
                .publish("room", OutgoingMessage.of("x"), PublishOptions.ifLastSerialIs(5)));
        assertEquals(Reason.CONDITION_FAILED, refusal.reason());
        assertEquals("1", refusal.metadata().get("last_serial"));
        assertFalse(refusal.outcomeUnknown());
        assertEquals(
                2, client.blocking().publish("room", OutgoingMessage.of("m1")).serial());
    }

    @Test
    void goesOnBehindAPublishThatWasRefusedForGood() throws Exception {
        client.publish("room", OutgoingMessage.of("m0")).get(10, TimeUnit.SECONDS);
        us.refusePayloadsOver(8);
        CompletableFuture<Receipt> refused = client.publish("room", OutgoingMessage.of("too large"));
        CompletableFuture<Receipt> behind = client.publish("room", OutgoingMessage.of("m1"));
        CompletableFuture<Receipt> last = client.publish("room", OutgoingMessage.of("m2"));
        assertEquals(2, behind.get(10, TimeUnit.SECONDS).serial());
        assertEquals(3, last.get(10, TimeUnit.SECONDS).serial());
        assertTrue(refused.isCompletedExceptionally());
        assertEquals(texts(3), cluster.texts("default:room"));
    }

    @Test
    void triesAgainWhatTheServerCouldNotTakeYet() throws Exception {
        Error noLeader = Errors.of(dev.skein.proto.error.v1.Reason.REASON_NO_LEADER, "no leader");
        Error unknown = Errors.of(dev.skein.proto.error.v1.Reason.REASON_OUTCOME_UNKNOWN, "unknown");
        us.refuseNext(noLeader, unknown, noLeader);
        List<CompletableFuture<Receipt>> receipts = IntStream.range(0, 10)
                .mapToObj(i -> client.publish("room", OutgoingMessage.of("m" + i)))
                .toList();
        for (int i = 0; i < receipts.size(); i++) {
            assertEquals(i + 1, receipts.get(i).get(10, TimeUnit.SECONDS).serial());
        }
    }

    @Test
    void refusesAnUnknownNamespaceByName() {
        SkeinException refusal = assertThrows(
                SkeinException.class, () -> client.blocking().publish("nowhere:room", OutgoingMessage.of("x")));
        assertEquals(Reason.UNKNOWN_NAMESPACE, refusal.reason());
        assertTrue(refusal.getMessage().contains("nowhere"));
    }

    @Test
    void tellsANewEpochAndGoesOnInIt() throws Exception {
        cluster.put("default:room", "old");
        Recorder seen = subscribe(SubscribeOptions.fromSerial(1));
        seen.awaitTexts(List.of("old"));
        cluster.breakHistory("default:room", "new0", "new1");
        us.breakSessions();
        seen.awaitTexts(List.of("old", "new0", "new1"));
        assertTrue(seen.events.stream().anyMatch(e -> e instanceof Gap gap && gap.cause() == GapCause.NEW_EPOCH));
    }

    @Test
    void leavesADrainingNodeWithoutLosingASession() throws Exception {
        List<ConnectionEvent> connection = new CopyOnWriteArrayList<>();
        client.publish("room", OutgoingMessage.of("m0")).get(10, TimeUnit.SECONDS);
        client.onConnection(connection::add);
        us.goAway();
        eventually(connection::toString, () -> client.stats().region().equals(Optional.of("eu")));
        assertEquals(
                2, client.blocking().publish("room", OutgoingMessage.of("m1")).serial());
        assertTrue(connection.stream().noneMatch(ConnectionEvent.Disconnected.class::isInstance));
    }

    @Test
    void startsAnewWhenTheServerHasForgottenIt() throws Exception {
        client.publish("room", OutgoingMessage.of("m0")).get(10, TimeUnit.SECONDS);
        cluster.forgetProducers();
        assertEquals(
                2,
                client.publish("room", OutgoingMessage.of("m1"))
                        .get(10, TimeUnit.SECONDS)
                        .serial());
    }

    @Test
    void pagesThroughHistoryBothWays() {
        cluster.put("default:room", texts(25).toArray(String[]::new));
        List<String> forward = new ArrayList<>();
        HistoryQuery query = HistoryQuery.oldestFirst("room").withLimit(10);
        for (HistoryPage page = client.blocking().history(query);
                ;
                page = client.blocking().history(page.next().get())) {
            page.messages().forEach(message -> forward.add(message.text()));
            if (page.next().isEmpty()) {
                break;
            }
        }
        assertEquals(texts(25), forward);
        HistoryPage newest =
                client.blocking().history(HistoryQuery.newestFirst("room").withLimit(2));
        assertEquals(
                List.of("m24", "m23"),
                newest.messages().stream().map(Message::text).toList());
    }

    @Test
    void tellsUnansweredPublishesThatTheirOutcomeIsUnknownWhenItCloses() throws Exception {
        client.publish("room", OutgoingMessage.of("m0")).get(10, TimeUnit.SECONDS);
        us.fallSilent();
        CompletableFuture<Receipt> open = client.publish("room", OutgoingMessage.of("m1"));
        eventually(() -> client.stats().toString(), () -> client.stats().messagesUnanswered() == 1);
        client.close();
        SkeinException failure = assertInstanceOf(
                SkeinException.class,
                assertThrows(java.util.concurrent.ExecutionException.class, () -> open.get(5, TimeUnit.SECONDS))
                        .getCause());
        assertEquals(Reason.CLIENT_CLOSED, failure.reason());
    }

    @Test
    void deliversEphemeralMessagesInPlaceWithoutMovingThePosition() throws Exception {
        Recorder seen = subscribe(SubscribeOptions.fromLatest());
        seen.subscription.started().get(10, TimeUnit.SECONDS);
        cluster.put("default:room", "m0");
        cluster.putEphemeral("default:room", "typing");
        cluster.put("default:room", "m1");
        seen.awaitTexts(List.of("m0", "typing", "m1"));
        assertTrue(seen.messages().get(1).ephemeral());
        assertEquals(1, seen.messages().get(1).serial());
    }

    private Recorder subscribe(SubscribeOptions options) {
        Recorder recorder = new Recorder();
        recorder.subscription = client.subscribe("room", options, recorder);
        return recorder;
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
    }

    private static final class Recorder implements SubscriptionListener {

        private final List<SubscriptionEvent> events = new CopyOnWriteArrayList<>();
        private Subscription subscription;

        @Override
        public void onEvent(SubscriptionEvent event) {
            events.add(event);
        }

        List<Message> messages() {
            return events.stream()
                    .filter(Message.class::isInstance)
                    .map(Message.class::cast)
                    .toList();
        }

        List<String> texts() {
            return messages().stream().map(Message::text).toList();
        }

        void awaitTexts(List<String> expected) throws InterruptedException {
            eventually(this::toString, () -> messages().size() >= expected.size());
            assertEquals(expected, texts());
        }

        @Override
        public String toString() {
            return events.toString();
        }
    }
}
