package dev.skein.server;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.TimeSource;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.Start;
import dev.skein.server.loopback.ScriptedClient;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes, each with a wall clock that an operator sets wrong while clients publish and subscribe. */
class ClockJumpIT {

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final int BURST = 20;

    /** A jump must not reach the times of messages; smoothing may move them a little, and a slow machine takes its time. */
    private static final long NEAR = HOUR / 4;

    @TempDir
    private Path directory;

    private final Map<String, SteppedClock> clocks =
            Map.of("us", new SteppedClock(), "eu", new SteppedClock(), "ap", new SteppedClock());
    private final List<Receipt> receipts = new ArrayList<>();
    private List<SkeinServer> servers = List.of();
    private ManagedChannel channel;
    private ScriptedClient client;

    @BeforeEach
    void start() {
        servers = new TestNodes(directory, "[{name: default, shards: 1}]", "us", "eu", "ap").startAll(clocks::get);
        channel = NettyChannelBuilder.forTarget("dns:///" + servers.get(2).clientAddress())
                .usePlaintext()
                .build();
        client = new ScriptedClient(channel);
        client.hello();
        client.subscribe(1, Start.newBuilder().setSerial(1), Integer.MAX_VALUE);
    }

    @AfterEach
    void stop() {
        client.close();
        channel.shutdownNow();
        servers.forEach(SkeinServer::closeAtOnce);
    }

    @Test
    void publishingAndDeliveryGoOnThroughJumpsOfEveryNodesClockAndTheyAreCounted() {
        publishBurst();
        for (String region : List.of("us", "eu", "ap")) {
            clocks.get(region).step(HOUR);
            publishBurst();
            clocks.get(region).step(-2 * HOUR);
            publishBurst();
        }

        assertInOrder();
        servers.forEach(server -> eventually("a jump is counted", () -> jumps(server) >= 1));
    }

    @Test
    void aNewLeaderWhoseClockIsADayAheadIsNotBelieved() {
        publishBurst();
        clocks.get("eu").step(24 * HOUR);
        clocks.get("ap").step(24 * HOUR);

        servers.get(0).closeAtOnce();
        publishBurst();

        assertInOrder();
    }

    private void publishBurst() {
        int first = receipts.size() + 1;
        for (int i = first; i < first + BURST; i++) {
            client.publish(ScriptedClient.sequenced(i, i, "m" + i).setTimeoutMs(30_000));
        }
        for (int i = first; i < first + BURST; i++) {
            Receipts answer = client.receipts(i);
            receipts.addAll(ScriptedClient.receiptsOf(answer));
        }
    }

    /** Every message once, in order, at a time that never goes back and never follows a wrong clock. */
    private void assertInOrder() {
        List<Long> all = LongStream.rangeClosed(1, receipts.size()).boxed().toList();
        assertEquals(all, receipts.stream().map(Receipt::getSerial).toList());
        assertEquals(
                all,
                client.messages(1, receipts.size()).stream()
                        .map(message -> message.getSerial())
                        .toList());
        List<Long> times = receipts.stream().map(Receipt::getTimeMs).toList();
        assertEquals(times.stream().sorted().toList(), times);
        long now = TimeSource.system().wallMillis();
        assertTrue(times.stream().allMatch(time -> Math.abs(now - time) < NEAR), times::toString);
    }

    private static long jumps(SkeinServer server) {
        return server.metrics().counter("clock.jumps").getCount();
    }

    /** The machine's clocks, the wall clock set wrong. */
    private static final class SteppedClock implements TimeSource {

        private final AtomicLong wrongBy = new AtomicLong();

        void step(long millis) {
            wrongBy.addAndGet(millis);
        }

        @Override
        public long wallMillis() {
            return TimeSource.system().wallMillis() + wrongBy.get();
        }

        @Override
        public long nanoTime() {
            return TimeSource.system().nanoTime();
        }
    }
}
