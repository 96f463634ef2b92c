package dev.skein.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsPagesIT {

    private final AtomicReference<String> trouble = new AtomicReference<>("");
    private final HttpClient http = HttpClient.newHttpClient();
    private MetricsPages pages;

    @BeforeEach
    void open() throws IOException {
        pages = MetricsPages.open(new InetSocketAddress("127.0.0.1", 0), () -> "skein_a 1\n", trouble::get);
    }

    @AfterEach
    void close() {
        pages.close();
    }

    @Test
    void servesTheMetrics() throws Exception {
        HttpResponse<String> answer = get("/metrics");

        assertEquals(200, answer.statusCode());
        assertEquals("skein_a 1\n", answer.body());
        assertEquals(
                PrometheusText.CONTENT_TYPE,
                answer.headers().firstValue("content-type").orElse(""));
    }

    @Test
    void tellsHealthAndTrouble() throws Exception {
        assertEquals(200, get("/health").statusCode());

        trouble.set("quarantined: disk");

        assertEquals(503, get("/health").statusCode());
        assertEquals("quarantined: disk\n", get("/health").body());
    }

    @Test
    void hasNothingElse() throws Exception {
        assertEquals(404, get("/metrics/x").statusCode());
        assertEquals(404, get("/").statusCode());
        HttpRequest post = HttpRequest.newBuilder(uri("/metrics"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertEquals(405, http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + pages.port() + path);
    }
}
