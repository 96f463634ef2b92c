package dev.skein.systemtests.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.SkeinClient;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NodeLaunch;
import dev.skein.systemtests.launch.PlaceName;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console and the chat page in a browser, over a cluster of processes of which a region is lost. */
@Timeout(240)
class ConsoleSystemTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final int SHARDS = 12;
    private static final Path PICTURES = Page.pictures();

    @TempDir
    private static Path directory;

    private static LocalCluster cluster;
    private static NodeJs nodeJs;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(NodeJs.isThere(), "neither Node.js nor npm on the PATH: the console is not looked at");
        nodeJs = NodeJs.start("browser.js");
        assumeTrue(
                Page.launch(nodeJs).isPresent(),
                "npm's Chromium is for Linux on x86-64, and there is none on the PATH: the console is not looked at");
        Files.createDirectories(PICTURES);
        ClusterPlan plan = ClusterPlan.of(REGIONS, 1, "close", SHARDS).withLaunch(NodeLaunch.small());
        cluster = LocalCluster.start(plan, directory.resolve("cluster"), Progress.silent());
    }

    @AfterAll
    static void stop() {
        if (nodeJs != null) {
            nodeJs.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void showsAClusterThatLosesARegionAndAChatThatGoesOnElsewhere() throws IOException {
        Page console = Page.open(nodeJs, page("eu", "/console"), 1280, 1000, "light");
        Page phone = Page.open(nodeJs, page("eu", "/console"), 390, 844, "dark");
        for (Page each : List.of(console, phone)) {
            each.await("document.querySelectorAll('[data-health=healthy]').length === 3")
                    .await("document.querySelectorAll('.shard').length === " + SHARDS)
                    .await("document.querySelectorAll('.shard[data-leader=us-a]').length === " + SHARDS)
                    .await("document.querySelectorAll('.rtt').length === 3");
        }
        Page ann = Page.open(nodeJs, page("us", "/console/chat"), 900, 640, "light");
        Page bob = Page.open(nodeJs, page("ap", "/console/chat"), 390, 640, "dark");
        ann.await(servedBy("us"));
        bob.await(servedBy("ap"));
        ann.say("Hello from the west");
        bob.await(shown(1)).say("And from the east");
        for (int number = 3; number <= 8; number++) {
            (number % 2 == 0 ? bob : ann).await(shown(number - 1)).say("message " + number);
        }
        load();
        console.picture(PICTURES.resolve("console.png"), true);
        phone.picture(PICTURES.resolve("console-phone.png"), false);

        cluster.kill(PlaceName.region("us"));
        for (int number = 9; number <= 12; number++) {
            bob.await(shown(number - 1)).say("said while a region was lost, " + number);
        }

        console.await("document.querySelector('[data-region=us]').dataset.health === 'lost'")
                .await("document.querySelectorAll('.shard[data-leader=us-a]').length === 0")
                .await("document.querySelectorAll('.shard.leaderless').length === 0")
                .await("document.querySelector('#events').innerText.includes('us-a (us) is dead')")
                .await("document.querySelector('#events').innerText.includes('us-a →')");
        ann.await(
                        "!document.querySelector('#served').innerText.includes('us') && document.querySelector('#served').innerText.startsWith('served by')")
                .await(shown(12));
        ann.say("back, by another region");
        bob.await(shown(13));
        console.picture(PICTURES.resolve("console-region-lost.png"), true);
        ann.picture(PICTURES.resolve("chat.png"), false);
        bob.picture(PICTURES.resolve("chat-phone.png"), false);
        for (Page each : List.of(ann, bob)) {
            assertEquals(
                    "no gap, no duplicate",
                    each.evaluate("document.querySelector('#order').innerText").asText());
            JsonNode serials = each.evaluate(
                    "[...document.querySelectorAll('[data-serial]')].map(each => each.dataset.serial).join()");
            assertEquals("1,2,3,4,5,6,7,8,9,10,11,12,13", serials.asText());
        }

        cluster.restore(PlaceName.region("us"));
        console.await("document.querySelectorAll('[data-health=healthy]').length === 3")
                .await("document.querySelectorAll('.shard[data-leader=us-a]').length === " + SHARDS);
        for (Page each : List.of(console, phone, ann, bob)) {
            each.assertNoProblems();
        }
    }

    @Test
    void pagesLoadNothingFromElsewhere() throws Exception {
        for (String path : List.of("/console", "/console/chat", "/console/console.js", "/console/centrifuge.js")) {
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(page("ap", path))).build(), BodyHandlers.ofString());
            assertEquals(200, response.statusCode(), path);
            String policy =
                    response.headers().firstValue("content-security-policy").orElse("");
            assertTrue(policy.startsWith("default-src 'none'; script-src 'self'"), policy);
        }
    }

    /** A few messages, so that the charts have something to show. */
    private static void load() throws IOException {
        try (SkeinClient client =
                SkeinClient.builder().endpoints(cluster.endpoints("eu")).build()) {
            List<CompletableFuture<?>> receipts = new ArrayList<>();
            for (int number = 0; number < 300; number++) {
                receipts.add(client.publish("default:load-" + number % 20, OutgoingMessage.of("message " + number)));
            }
            receipts.forEach(CompletableFuture::join);
        }
    }

    private static String page(String region, String path) throws IOException {
        return "http://" + cluster.edges(region).get(0) + path;
    }

    private static String servedBy(String region) {
        return "document.querySelector('#served').innerText === 'served by " + region + "'";
    }

    private static String shown(int serial) {
        return "document.querySelector('[data-serial=\"" + serial + "\"]') !== null";
    }
}
