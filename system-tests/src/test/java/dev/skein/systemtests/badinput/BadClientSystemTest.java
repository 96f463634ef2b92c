package dev.skein.systemtests.badinput;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.client.Closed;
import dev.skein.client.HistoryQuery;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.Position;
import dev.skein.client.Reason;
import dev.skein.client.Receipt;
import dev.skein.client.ResumeToken;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.Subscription;
import dev.skein.core.Limits;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.error.v1.Error;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.wire.Errors;
import dev.skein.wire.ResumeTokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that ask for what can't be had, at a node whose other clients must not notice. */
class BadClientSystemTest {

    /** The server ends a client that takes nothing after 30 s. */
    private static final Duration LONGER_THAN_A_STALL = Duration.ofSeconds(90);

    private static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");

    @TempDir
    private static Path data;

    @TempDir
    private Path own;

    private static LocalCluster cluster;
    private static String endpoint;
    private static Bystander bystander;

    /** Stops taking before the tests begin, because it takes the server so long to give up on it. */
    private static RawSession stuck;

    private SkeinClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = Bystander.cluster("none", data);
        cluster.waitUntilAllLed(Duration.ofSeconds(60));
        endpoint = cluster.endpoints("us").get(0);
        bystander = Bystander.at(endpoint, "bystander");
        stuck = RawSession.at(endpoint);
        stuck.subscribe(1, "flood");
        stuck.stopTaking();
        flood();
    }

    /** More than the transport holds. */
    private static void flood() {
        try (SkeinClient flooding = newClient()) {
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                receipts.add(flooding.publish("flood", OutgoingMessage.of("x".repeat(100_000))));
            }
            receipts.forEach(CompletableFuture::join);
        }
    }

    private static SkeinClient newClient() {
        return SkeinClient.builder().endpoints(endpoint).followRoutes(false).build();
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable part : Arrays.asList(stuck, bystander, cluster)) {
            if (part != null) {
                part.close();
            }
        }
    }

    @BeforeEach
    void open() {
        client = newClient();
    }

    @AfterEach
    void everybodyElseGoesOn() {
        client.close();
        bystander.goesOn();
    }

    @Test
    void anOversizeMessageIsRefusedWithItsSizeAndTheLimit() {
        assertFails(
                client.publish("room", OutgoingMessage.of(new byte[300_000])),
                Reason.MESSAGE_TOO_LARGE,
                "channels[0].messages[0] bytes: 300004 (expected: at most 262144 in namespace default)");
    }

    @Test
    void aMessageThatNoServerReadsIsRefusedBeforeItIsSent() {
        SkeinException refused = failure(client.publish("room", OutgoingMessage.of(new byte[5_000_000])));

        assertTrue(refused.getMessage().contains(" (expected: at most "), refused.getMessage());
        assertTrue(!refused.outcomeUnknown(), refused.getMessage());
    }

    @Test
    void aFrameThatNoServerReadsEndsOnlyItsOwnStreamAndLeavesNoStackTrace() throws IOException {
        try (RawSession session = RawSession.at(endpoint)) {
            session.send(RawSession.publish(1, "room", "x".repeat(5_000_000)));
            assertEquals(Optional.empty(), session.end());
        }
        try (RawSession session = RawSession.at(endpoint)) {
            session.send(RawSession.publish(1, "room", "x"));
            assertEquals(Error.getDefaultInstance(), session.refusal(1));
        }
        assertFalse(Files.readString(cluster.log("us-a")).contains("\tat "));
    }

    @Test
    void aBadChannelNameIsRefusedByTheClientAndByTheServer() {
        String expected = "channel: \"a\\u0001b\" (expected: 1 to 256 bytes of UTF-8 without control characters)";

        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> client.publish("default:a\u0001b", OutgoingMessage.of("x")));
        assertEquals(expected, refused.getMessage());

        try (RawSession session = RawSession.at(endpoint)) {
            session.send(RawSession.publish(1, "default:a\u0001b", "x"));
            assertError(session.refusal(1), Reason.INVALID_CHANNEL, "channels[0]." + expected);
            session.subscribe(2, "Bad Namespace:room");
            assertError(session.closed(2), Reason.INVALID_CHANNEL, "namespace: \"Bad Namespace\" (expected: 1 to 64 ");
        }
    }

    @Test
    void anUnknownNamespaceIsNamed() {
        String expected = "namespace: nowhere (expected: the name of an existing namespace)";

        assertFails(client.publish("nowhere:room", OutgoingMessage.of("x")), Reason.UNKNOWN_NAMESPACE, expected);
        assertFails(closedBy("nowhere:room", SubscribeOptions.fromLatest()), Reason.UNKNOWN_NAMESPACE, expected);
        assertFails(client.history(HistoryQuery.oldestFirst("nowhere:room")), Reason.UNKNOWN_NAMESPACE, expected);
    }

    @Test
    void oneSubscriptionTooManyIsRefusedAndTheOthersStay() throws Exception {
        int limit = Limits.SUBSCRIPTIONS_PER_SESSION_MAX;
        List<Subscription> open = new ArrayList<>();
        for (int i = 0; i < limit; i++) {
            open.add(client.subscribe("many", SubscribeOptions.fromSerial(1).withBufferedMessages(1), event -> {}));
        }
        open.get(limit - 1).started().get(60, TimeUnit.SECONDS);

        assertFails(
                closedBy("many", SubscribeOptions.fromSerial(1)),
                Reason.TOO_MANY_SUBSCRIPTIONS,
                "subscriptions: 10001 (expected: at most 10000 in a session)");

        eventually(() -> assertEquals(limit, client.stats().subscriptions()));
    }

    @Test
    void aGapAndAReuseInAProducersSequenceAreRefused() {
        try (RawSession session = RawSession.at(endpoint)) {
            session.send(sequenced(1, 1, "first"));
            assertEquals(Error.getDefaultInstance(), session.refusal(1));

            session.send(sequenced(2, 1, "other content"));
            assertError(
                    session.refusal(2),
                    Reason.SEQUENCE_REUSED,
                    "sequence: 1 (expected: the content it was first used with, or a new sequence)");
            session.send(sequenced(3, 5, "a gap").setTimeoutMs(500));
            assertError(session.refusal(3), Reason.SEQUENCE_GAP, "sequence: 5 (expected: 2)");
            assertEquals("2", session.refusal(3).getMetadataOrThrow("expected"));

            session.send(sequenced(4, 2, "the next one"));
            assertEquals(Error.getDefaultInstance(), session.refusal(4));
        }
    }

    @Test
    void aPositionOfAnotherEpochIsRefusedWithThePresentOne() {
        Receipt receipt = client.publish("room", OutgoingMessage.of("x")).join();
        long wrong = receipt.epoch() + 1;
        String expected = "epoch: " + wrong + " (expected: " + receipt.epoch() + ")";

        SkeinException refused = assertFails(
                closedBy("room", SubscribeOptions.fromPosition(new Position(wrong, 1))), Reason.WRONG_EPOCH, expected);
        assertEquals(Long.toString(receipt.epoch()), refused.metadata().get("epoch"));
    }

    @Test
    void aResumeTokenOfAnotherClusterOrADamagedOneIsRefused() {
        byte[] foreign =
                ResumeTokens.encode("other-0123456789ab", "default:room", 1, 1).toByteArray();
        byte[] damaged = foreign.clone();
        damaged[5] ^= 1;

        assertFails(
                closedBy("room", SubscribeOptions.resume(ResumeToken.of(foreign))),
                Reason.FOREIGN_TOKEN,
                "start.resume_token cluster: other-0123456789ab (expected: local-");
        assertFails(
                closedBy("room", SubscribeOptions.resume(ResumeToken.of(damaged))),
                Reason.INVALID_TOKEN,
                "start.resume_token: " + foreign.length + " bytes (expected: a token as it was given out)");
    }

    @Test
    void aClientThatStopsReadingIsEndedAndFindsOutWhyWhenItReadsAgain() {
        eventually(LONGER_THAN_A_STALL, () -> assertTrue(metrics().contains("{reason=\"SLOW_CONSUMER\"}")));

        stuck.takeAgain();

        Error end = stuck.end().orElseThrow(() -> new AssertionError(stuck.status()));
        assertError(end, Reason.SLOW_CONSUMER, "ms without taking anything: ");
        assertTrue(end.getText().endsWith(" (expected: at most 30000)"), end.getText());
    }

    @Test
    void aReplayTellsMalformedLinesAndGoesOnBehindThem() throws Exception {
        try (JavaRun run = replay("replay.txt")) {
            assertEquals(0, run.exitCode(), run.printed());
            assertTrue(run.printed().contains("line 2, ts_ms: \"soon\" (expected: milliseconds since 1970)\n"));
            assertTrue(run.printed().contains("\"acked\":2,"), run.printed());
            assertTrue(run.printed().contains("\"malformed\":1,"), run.printed());
        }
    }

    @Test
    void aStrictReplayEndsAtTheFirstMalformedLine() throws Exception {
        try (JavaRun run = replay("strict.txt", "--strict")) {
            assertEquals(1, run.exitCode(), run.printed());
            assertEquals("skein: line 2, ts_ms: \"soon\" (expected: milliseconds since 1970)", run.lastLine());
        }
    }

    private static String metrics() throws IOException {
        String address = cluster.state().nodes().get(0).metrics();
        try (InputStream page = new URL("http://" + address + "/metrics").openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private JavaRun replay(String printed, String... more) throws IOException {
        Path file = own.resolve("chat.tsv");
        Files.writeString(file, "1\troom\tann\thello\nsoon\troom\tbob\thi\n3\troom\tann\tbye\n");
        List<String> arguments = new ArrayList<>(List.of("replay", file.toString(), "--endpoints", endpoint, "--json"));
        arguments.addAll(List.of(more));
        return JavaRun.cli(own.resolve(printed), arguments.toArray(String[]::new));
    }

    private static Publish.Builder sequenced(long request, long sequence, String text) {
        Publish.Builder publish = RawSession.publish(request, "sequenced", text);
        publish.getSectionBuilder().setProducer(PRODUCER).setFirstSequence(sequence);
        return publish;
    }

    /** Subscribes; fails with what ends the subscription. */
    private CompletableFuture<Void> closedBy(String channel, SubscribeOptions options) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        client.subscribe(channel, options, event -> {
            if (event instanceof Closed closed) {
                end.completeExceptionally(closed.cause().orElseThrow());
            }
        });
        return end;
    }

    private static SkeinException assertFails(CompletableFuture<?> request, Reason reason, String text) {
        SkeinException refused = failure(request);
        assertEquals(reason, refused.reason(), refused.getMessage());
        assertTrue(refused.getMessage().startsWith(reason + ": " + text), refused.getMessage());
        return refused;
    }

    private static SkeinException failure(CompletableFuture<?> request) {
        CompletionException failed =
                assertThrows(CompletionException.class, () -> request.orTimeout(30, TimeUnit.SECONDS)
                        .join());
        return (SkeinException) failed.getCause();
    }

    private static void assertError(Error error, Reason reason, String text) {
        assertEquals(reason.name(), Errors.shortName(error.getReason()), error.getText());
        assertTrue(error.getText().startsWith(text), error.getText());
    }
}
