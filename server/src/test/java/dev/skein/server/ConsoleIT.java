package dev.skein.server;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.server.access.Tokens;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the console tells, and to whom, at nodes that control access. */
@Timeout(120)
class ConsoleIT {

    private static final String ROOT = "root.0123456789abcdef0123456789abcdef";

    @TempDir
    private static Path directory;

    private static List<SkeinServer> nodes = List.of();

    @BeforeAll
    static void start() throws IOException {
        Path root = Files.writeString(directory.resolve("root"), ROOT);
        Path jwks = Files.writeString(directory.resolve("jwks"), new Tokens().jwks());
        nodes = new TestNodes(directory, "[{name: default, shards: 2}]", "us", "eu", "ap")
                .withNodeOptions("  access:\n    rootKey: " + root + "\n    tokens: {jwks: " + jwks + ", audience: "
                        + Tokens.AUDIENCE + "}\n  edge: {listen: \"127.0.0.1:0\"}\n")
                .startAll();
    }

    @AfterAll
    static void stop() {
        nodes.forEach(SkeinServer::closeAtOnce);
    }

    @Test
    void tellsTheWholeClusterToWhoMayOperateIt() {
        eventually("all is known", () -> {
            JsonNode state = state();
            return state.path("regions").size() == 3
                    && state.path("links").size() == 3
                    && state.at("/namespaces/0/shardsLed").asInt() == 2;
        });
        JsonNode state = state();
        assertEquals("us-a", state.path("node").asText());
        assertEquals(
                List.of("ap", "eu", "us"),
                state.path("regions").findValuesAsText("name").stream()
                        .filter(name -> !name.contains("-"))
                        .toList());
        for (JsonNode region : state.path("regions")) {
            assertEquals("healthy", region.path("health").asText(), state::toString);
            assertTrue(region.at("/nodes/0/edge").asText().startsWith("127.0.0.1:"), region::toString);
        }
        assertEquals("region", state.at("/namespaces/0/survivalGoal").asText());
        assertEquals("always", state.at("/namespaces/0/fsync").asText());
        assertEquals(3, state.at("/namespaces/0/losses").size());
        eventually(
                "figures of a few looks",
                () -> state().at("/lines/publishedPerSecond").size() > 1);
    }

    @Test
    void nobodyElseSeesTheState() {
        assertEquals(401, EdgeHttpCall.get(edge(), "/console/state").statusCode());
        assertEquals(401, get("/console/state", "apikey root.wrong").statusCode());
    }

    @Test
    void thePagesAreForEverybody() {
        HttpResponse<String> page = EdgeHttpCall.get(edge(), "/console");
        assertEquals(200, page.statusCode());
        assertEquals(
                "text/html; charset=utf-8",
                page.headers().firstValue("content-type").orElse(""));
        assertEquals(404, EdgeHttpCall.get(edge(), "/console/../secret").statusCode());
        assertEquals(404, EdgeHttpCall.get(edge(), "/console/nothing.js").statusCode());
        assertEquals(405, EdgeHttpCall.post(edge(), "/console", "").statusCode());
    }

    private static JsonNode state() {
        HttpResponse<String> response = get("/console/state", "apikey " + ROOT);
        assertEquals(200, response.statusCode(), response::body);
        return EdgeHttpCall.parsed(response.body());
    }

    private static HttpResponse<String> get(String path, String authorization) {
        return EdgeHttpCall.get(edge(), path, "authorization", authorization);
    }

    private static String edge() {
        return nodes.get(0).edgeAddress().orElseThrow();
    }
}
