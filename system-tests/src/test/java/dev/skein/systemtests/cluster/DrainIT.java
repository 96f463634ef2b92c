package dev.skein.systemtests.cluster;

import static dev.skein.systemtests.cluster.ClusterRecipe.aCluster;
import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.OutgoingMessage;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinClient;
import dev.skein.proto.admin.v1.ShardStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Leaderships are handed over and come back while every region publishes: no publish fails, and none takes effect twice. */
@ExtendWith(EvidenceOnFailure.class)
class DrainIT {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final List<String> CHANNELS = List.of("default:one", "default:two", "default:three", "default:four");
    private static final OutgoingMessage MESSAGE = OutgoingMessage.of("still there?");
    private static final long PACE_MILLIS = 10;

    private record Sent(String channel, CompletableFuture<Receipt> receipt) {}

    @TempDir
    private Path directory;

    private final Queue<Sent> publishes = new ConcurrentLinkedQueue<>();
    private RunningCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = aCluster().start(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void noPublishFailsWhileLeadershipsAreHandedOverAndComeBack() throws Exception {
        List<SkeinClient> clients = new ArrayList<>();
        ScheduledExecutorService pacer = Executors.newSingleThreadScheduledExecutor();
        try (SkeinClient operator = client("eu")) {
            for (String region : REGIONS) {
                clients.add(client(region));
            }
            eventually(() -> assertEquals(CHANNELS.size(), ledBy("us-a")));
            pacer.scheduleAtFixedRate(() -> clients.forEach(this::publish), 0, PACE_MILLIS, TimeUnit.MILLISECONDS);

            operator.admin().drain("us-a").join();
            eventually(() -> assertEquals(0, ledBy("us-a")));
            operator.admin().undoDrain("us-a").join();
            eventually(() -> assertEquals(CHANNELS.size(), ledBy("us-a")));

            pacer.shutdown();
            assertTrue(pacer.awaitTermination(10, TimeUnit.SECONDS), "the pacer has ended");
            TreeSet<String> places = new TreeSet<>();
            for (Sent publish : publishes) {
                long serial = publish.receipt().get(30, TimeUnit.SECONDS).serial();
                places.add(publish.channel() + "@" + serial);
            }
            assertEquals(publishes.size(), places.size());
        } finally {
            pacer.shutdownNow();
            clients.forEach(SkeinClient::close);
        }
    }

    private SkeinClient client(String region) {
        return SkeinClient.builder().endpoints(cluster.endpoints(region)).build();
    }

    private void publish(SkeinClient client) {
        for (String channel : CHANNELS) {
            publishes.add(new Sent(channel, client.publish(channel, MESSAGE)));
        }
    }

    private int ledBy(String node) {
        return (int) cluster.status().getNamespaces(0).getShardStatusList().stream()
                .map(ShardStatus::getLeader)
                .filter(node::equals)
                .count();
    }
}
