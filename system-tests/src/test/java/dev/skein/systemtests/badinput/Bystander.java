package dev.skein.systemtests.badinput;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.ConnectionEvent;
import dev.skein.client.Message;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.SkeinClient;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.SubscriptionEvent;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NodeLaunch;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client that has nothing to do with what goes wrong: it publishes all the time to a channel of its own and follows it, through one
 * node. Its session must not end, no publish may fail, and every message must arrive once and in order.
 */
final class Bystander implements AutoCloseable {

    private static final long PAUSE_MILLIS = 20;
    private static final int ENOUGH = 10;

    private final SkeinClient client;
    private final String channel;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicLong acked = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();

    private Bystander(String endpoint, String channel) {
        this.client = SkeinClient.builder()
                .endpoints(endpoint)
                .followRoutes(false)
                .publishTimeout(Duration.ofSeconds(10))
                .build();
        this.channel = channel;
    }

    /** Three nodes that don't send sessions away because the disk they share with a build stood still for a second. */
    static LocalCluster cluster(String wan, Path data) throws IOException {
        NodeLaunch launch = NodeLaunch.small().withNodeSettings(Map.of("diskStall", "10s"));
        ClusterPlan plan = ClusterPlan.of(List.of("us", "eu", "ap"), 1, wan, 3).withLaunch(launch);
        return LocalCluster.start(plan, data, Progress.silent());
    }

    /** Starts one, and returns when it is attached and has seen its first message. */
    static Bystander at(String endpoint, String channel) {
        Bystander bystander = new Bystander(endpoint, channel);
        bystander.client.subscribe(channel, SubscribeOptions.fromSerial(1), bystander::heard);
        bystander.clock.scheduleWithFixedDelay(bystander::publish, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        eventually(() -> assertTrue(bystander.delivered.get() > 0, "nothing delivered in " + channel));
        bystander.client.onConnection(bystander::connection);
        return bystander;
    }

    /** Fails unless publishing and delivery go on now, and nothing ever went wrong. */
    void goesOn() {
        long before = acked.get();
        eventually(() -> assertTrue(acked.get() >= before + ENOUGH, () -> channel + ": publishing stands still"));
        long taken = acked.get();
        eventually(() -> assertTrue(delivered.get() >= taken, () -> channel + ": delivery stands still"));
        assertEquals(List.of(), List.copyOf(complaints));
    }

    private void publish() {
        client.publish(channel, OutgoingMessage.of("x")).whenComplete((receipt, failure) -> {
            if (failure == null) {
                acked.incrementAndGet();
            } else {
                complaints.add("publish: " + failure);
            }
        });
    }

    private void heard(SubscriptionEvent event) {
        if (event instanceof Message message) {
            if (message.serial() != delivered.incrementAndGet()) {
                complaints.add("serial " + message.serial() + " came as message " + delivered.get());
            }
        } else if (!(event instanceof dev.skein.client.CaughtUp)) {
            complaints.add(event.toString());
        }
    }

    private void connection(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.Disconnected) {
            complaints.add(event.toString());
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        client.close();
    }
}
