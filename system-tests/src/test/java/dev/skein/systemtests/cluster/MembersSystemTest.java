package dev.skein.systemtests.cluster;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.ChannelPresence;
import dev.skein.client.Member;
import dev.skein.client.MemberChange;
import dev.skein.client.MemberCounts;
import dev.skein.client.Payload;
import dev.skein.client.Reason;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import dev.skein.client.admin.NamespaceChange;
import dev.skein.client.admin.Presence;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NodeLaunch;
import dev.skein.systemtests.launch.PlaceName;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is in a channel, as the Java client tells and is told, over three regions of which one is lost. */
@Timeout(240)
class MembersSystemTest {

    private static final String ROOM = "default:room";
    private static final Duration LEASE = Duration.ofSeconds(3);

    /** A little more than nodes remember a client whose stream broke. */
    private static final Duration GRACE = Duration.ofMillis(6_000);

    @TempDir
    private Path directory;

    private final List<SkeinClient> clients = new ArrayList<>();
    private LocalCluster cluster;

    @BeforeEach
    void start() throws IOException {
        ClusterPlan plan =
                ClusterPlan.of(List.of("us", "eu", "ap"), 1, "close", 4).withLaunch(NodeLaunch.small());
        cluster = LocalCluster.start(plan, directory.resolve("cluster"), Progress.silent());
    }

    @AfterEach
    void stop() {
        clients.forEach(SkeinClient::close);
        cluster.close();
    }

    @Test
    void membersAreTheSameEverywhereAndThoseOfALostRegionLeaveUnlessTheyComeAgain() throws Exception {
        SkeinClient stays = client("eu");
        ChannelPresence off = stays.presence(ROOM);
        SkeinException refused = failure(() -> off.enter().join());
        assertEquals(Reason.PRESENCE_OFF, refused.reason());
        switchOn(stays);

        SkeinClient lost = client("us");
        SkeinClient moves = client("us", "eu", "ap");
        SkeinClient asks = client("ap");
        List<String> seen = new CopyOnWriteArrayList<>();
        asks.presence(ROOM).watch(change -> seen.add(word(change))).get(30, TimeUnit.SECONDS);
        enter(lost, "lost");
        enter(moves, "moves");
        enter(stays, "stays");
        assertTrue(
                names(stays).contains("stays"), "who asks through the same region knows it at once: " + names(stays));
        for (SkeinClient each : List.of(lost, stays, asks)) {
            eventually(() -> assertEquals(Set.of("lost", "moves", "stays"), names(each)));
            assertEquals(3, counts(each).members());
        }
        stays.presence(ROOM).update(Payload.of("stays on")).get(30, TimeUnit.SECONDS);
        eventually(() -> assertEquals(Set.of("lost", "moves", "stays on"), names(asks)));
        eventually(() -> assertTrue(seen.contains("UPDATED stays on"), seen::toString));

        stays.reattach();
        stillThereWhenItsStreamBeforeIsForgotten(asks);

        cluster.kill(PlaceName.region("us"));
        for (SkeinClient each : List.of(stays, asks)) {
            eventually(() -> assertEquals(Set.of("moves", "stays on"), names(each)));
        }
        eventually(() -> assertTrue(seen.contains("LEFT lost"), seen::toString));
        assertTrue(seen.stream().noneMatch(List.of("LEFT moves", "LEFT stays on")::contains), seen::toString);

        moves.presence(ROOM).leave().get(30, TimeUnit.SECONDS);
        stays.close();
        eventually(() -> assertEquals(Set.of(), names(asks)));
        eventually(() -> assertTrue(seen.containsAll(List.of("LEFT moves", "LEFT stays on")), seen::toString));
    }

    /** At the same node; what the stream before would say of it, when its time is over, must not count. */
    private static void stillThereWhenItsStreamBeforeIsForgotten(SkeinClient asks) throws Exception {
        for (long end = System.nanoTime() + GRACE.toNanos(); System.nanoTime() < end; ) {
            assertTrue(names(asks).contains("stays on"), "it is there all the time");
        }
    }

    private void switchOn(SkeinClient operator) throws Exception {
        operator.admin()
                .alterNamespace(NamespaceChange.of("default").withPresence(new Presence(true, LEASE, 0, false, false)))
                .get(30, TimeUnit.SECONDS);
        eventually(() -> assertEquals(0, counts(operator).members()));
    }

    /** Nodes learn one after the other that it is on. */
    private void enter(SkeinClient client, String name) {
        eventually(() -> client.presence(ROOM).enter(Payload.of(name)).get(30, TimeUnit.SECONDS));
    }

    private SkeinClient client(String... regions) throws IOException {
        List<String> endpoints = new ArrayList<>();
        for (String region : regions) {
            endpoints.addAll(cluster.endpoints(region));
        }
        SkeinClient client = SkeinClient.builder()
                .endpoints(endpoints)
                .region(regions[0])
                .followRoutes(regions.length > 1)
                .build();
        clients.add(client);
        return client;
    }

    private static Set<String> names(SkeinClient client) throws Exception {
        return client.presence(ROOM).members().get(30, TimeUnit.SECONDS).stream()
                .map(Member::data)
                .map(Payload::utf8)
                .collect(Collectors.toSet());
    }

    private static MemberCounts counts(SkeinClient client) throws Exception {
        return client.presence(ROOM).counts().get(30, TimeUnit.SECONDS);
    }

    private static String word(MemberChange change) {
        return change.kind() + " " + change.member().data().utf8();
    }

    private static SkeinException failure(Runnable call) {
        return (SkeinException)
                assertThrows(CompletionException.class, call::run).getCause();
    }
}
