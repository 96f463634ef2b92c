package dev.skein.server.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.server.fanout.FanoutLimits;
import dev.skein.server.fanout.ReaderPool;
import dev.skein.server.locate.Neighbours;
import dev.skein.server.loop.Loops;
import dev.skein.server.loopback.LoopbackReplication;
import dev.skein.server.loopback.ManualLoop;
import dev.skein.server.session.MessagingServices;
import dev.skein.server.session.NodeIdentity;
import dev.skein.server.session.SessionLimits;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a session does as time passes, on a clock that the test turns. */
class EdgeSessionTest {

    private static final String CONNECT = "{\"id\":1,\"connect\":{}}";
    private static final String PING = "{}";
    private static final String PONG = "{}";

    private final ManualLoop loop = new ManualLoop();
    private final MessagingServices messaging =
            new MessagingServices(parts(), new Loops(loop), new ReaderPool(loop::execute));
    private final EdgeSessions sessions = new EdgeSessions(messaging.edge(Optional.empty(), 3));
    private final Client client = new Client(false);

    @AfterEach
    void stop() {
        sessions.close();
        messaging.close();
    }

    @Test
    void whoDoesNotConnectIsStale() {
        client.open();
        loop.advance(9_900);
        assertEquals(0, client.code);
        loop.advance(700);
        assertEquals(3502, client.code);
        assertEquals(0, sessions.count());
    }

    @Test
    void pingsComeInTheirIntervalAndMustBeAnswered() {
        client.open().says(CONNECT);
        assertTrue(client.taken().get(0).contains("\"ping\":25,\"pong\":true"));
        long firstAfter = millisToPing();
        assertTrue(firstAfter >= 12_500 && firstAfter <= 25_500, "" + firstAfter);
        for (int i = 0; i < 5; i++) {
            loop.advance(7_500);
            client.says(PONG);
            long after = 7_500 + millisToPing();
            assertTrue(after >= 25_000 && after <= 26_000, "" + after);
        }
        loop.advance(9_000);
        assertEquals(3012, client.code);
    }

    @Test
    void anAnswerWithoutAPingIsRefused() {
        client.open().says(CONNECT).says(PONG);
        assertEquals(3501, client.code);
    }

    @Test
    void clientsWhoseCommandsComeByOtherConnectionsArePingedButNeedNotAnswer() {
        Client emulated = new Client(true).open().says(CONNECT);
        String connected = emulated.taken().get(0);
        assertFalse(connected.contains("\"pong\""), connected);
        assertTrue(connected.contains("\"node\":\"n\""), connected);
        loop.advance(60_000);
        assertEquals(List.of(PING, PING), emulated.taken());
        assertEquals(0, emulated.code);
    }

    @Test
    void aFrameIsTakenForASessionOnlyByItsSecret() {
        Client emulated = new Client(true).open().says(CONNECT);
        emulated.taken();
        byte[] publish = utf8("{\"id\":2,\"publish\":{\"channel\":\"c\"}}");
        assertFalse(sessions.emulate("", publish));
        assertFalse(sessions.emulate("guessed", publish));
        assertTrue(sessions.emulate(emulated.session.secret(), publish));
        loop.run();
        assertTrue(emulated.taken().get(0).startsWith("{\"id\":2,\"error\":{\"code\":107"));
        emulated.session.gone();
        assertFalse(sessions.emulate(emulated.session.secret(), publish));
    }

    @Test
    void whoTakesNothingIsCutBeforeItFillsTheMemory() {
        client.open().says(CONNECT);
        client.queued = (1 << 20) + 1;
        loop.advance(600);
        assertEquals(3008, client.code);
    }

    @Test
    void unansweredCommandsAreLimited() {
        client.open().says(CONNECT);
        client.taken();
        // Nobody answers as long as the loop isn't turned.
        String publishes = String.join(
                "\n",
                IntStream.range(0, EdgeLimits.COMMANDS_IN_FLIGHT_MAX + 1)
                        .mapToObj(i -> "{\"id\":" + (i + 2) + ",\"publish\":{\"channel\":\"default:c" + i % 7
                                + "\",\"data\":1}}")
                        .toList());
        client.says(publishes);
        loop.run();
        assertEquals(EdgeLimits.COMMANDS_IN_FLIGHT_MAX + 1, client.taken().size());
        assertEquals(0, client.code);
    }

    @Test
    void anotherSessionThanThereIsRoomForIsRefused() {
        IntStream.range(0, 3).forEach(i -> new Client(false).open());
        assertTrue(sessions.isFull());
        assertTrue(sessions.open(client).isEmpty());
    }

    @Test
    void aDrainEndsAllSessionsOverItsTimeSoThatTheyComeAgainElsewhere() {
        List<Client> clients = new ArrayList<>();
        IntStream.range(0, 3).forEach(i -> clients.add(new Client(false).open().says(CONNECT)));
        sessions.drain(Duration.ofSeconds(4));
        assertTrue(sessions.isFull());
        loop.advance(4_000);
        clients.forEach(each -> assertEquals(3001, each.code));
        assertEquals(0, sessions.count());
        sessions.undrain();
        assertFalse(sessions.isFull());
    }

    private long millisToPing() {
        long waited = 0;
        for (List<String> taken = client.taken(); !taken.equals(List.of(PING)); taken = client.taken()) {
            assertTrue(waited < 60_000 && taken.isEmpty(), () -> "no ping: " + client.code);
            loop.advance(100);
            waited += 100;
        }
        return waited;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private MessagingServices.Parts parts() {
        NodeId self = new NodeId("n");
        return new MessagingServices.Parts(
                new NodeIdentity(self, "us", "a", "cluster", "edge", ""),
                new LoopbackReplication(self, List.of()),
                new Alone(),
                address -> NettyChannelBuilder.forTarget(address).usePlaintext().build(),
                loop,
                new Random(5),
                new MetricRegistry(),
                SessionLimits.DEFAULT,
                FanoutLimits.DEFAULT);
    }

    /** A client at the other end of a connection in memory. */
    private final class Client implements Transport {

        private final List<String> taken = new ArrayList<>();
        private final boolean emulated;
        private EdgeSession session;
        private long queued;
        private int code;

        Client(boolean emulated) {
            this.emulated = emulated;
        }

        Client open() {
            session = sessions.open(this).orElseThrow();
            return this;
        }

        Client says(String frame) {
            session.received(utf8(frame));
            return this;
        }

        List<String> taken() {
            List<String> all = List.copyOf(taken);
            taken.clear();
            return all;
        }

        @Override
        public Codec codec() {
            return EdgeParts.JSON;
        }

        @Override
        public boolean isReady() {
            return queued == 0;
        }

        @Override
        public long queuedBytes() {
            return queued;
        }

        @Override
        public void send(List<byte[]> replies) {
            replies.forEach(reply -> taken.add(new String(reply, StandardCharsets.UTF_8)));
        }

        @Override
        public boolean isEmulated() {
            return emulated;
        }

        @Override
        public void close(Farewell farewell) {
            code = farewell.code();
        }
    }

    /** Gossip of a cluster of one. */
    private static final class Alone implements Neighbours {

        @Override
        public Optional<NodeId> leaderOf(ShardId shard) {
            return Optional.empty();
        }

        @Override
        public boolean reachable(NodeId node) {
            return true;
        }

        @Override
        public long rttMicros(String region) {
            return 0;
        }
    }
}
