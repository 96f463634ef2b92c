package dev.skein.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A bare client of the edge without WebSockets: an endless response in JSON, and a request for each frame of commands. */
final class EdgeStream implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EVENT = "data: ";

    private final String address;
    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
    private final Stream<String> lines;
    private final Thread reader;

    private EdgeStream(String address, HttpRequest.Builder request) {
        this.address = address;
        HttpResponse<Stream<String>> response = send(request.build(), BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            throw new IllegalStateException("status " + response.statusCode());
        }
        lines = response.body();
        reader = new Thread(this::read, "edge-stream");
        reader.setDaemon(true);
        reader.start();
    }

    static EdgeStream ofLines(String address, String connect) {
        return new EdgeStream(
                address,
                HttpRequest.newBuilder(URI.create("http://" + address + "/connection/http_stream"))
                        .POST(BodyPublishers.ofString(connect)));
    }

    static EdgeStream ofEvents(String address, String connect) {
        String query = URLEncoder.encode(connect, StandardCharsets.UTF_8);
        return new EdgeStream(
                address,
                HttpRequest.newBuilder(URI.create("http://" + address + "/connection/sse?cf_connect=" + query)));
    }

    /** Of one that only listens. */
    static EdgeStream ofPushes(String address, boolean events, String connect) {
        String path = "/connection/" + (events ? "uni_sse" : "uni_http_stream");
        return new EdgeStream(
                address,
                HttpRequest.newBuilder(URI.create("http://" + address + path)).POST(BodyPublishers.ofString(connect)));
    }

    private void read() {
        try {
            lines.map(line -> line.startsWith(EVENT) ? line.substring(EVENT.length()) : line)
                    .filter(line -> !line.isBlank())
                    .forEach(line -> replies.add(parsed(line)));
        } catch (UncheckedIOException ended) {
            // The test closes it, or the node does.
        }
    }

    JsonNode next() {
        try {
            JsonNode next = replies.poll(30, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came");
            }
            return next;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    /** Sends a frame the way of the session that a connect's answer told of; the status. */
    int send(JsonNode connected, String frame) {
        return send(address, connected, frame);
    }

    /** The same, at another node. */
    int send(String at, JsonNode connected, String frame) {
        ObjectNode body = JSON.createObjectNode();
        body.put("session", connected.path("session").asText());
        body.put("node", connected.path("node").asText());
        body.put("data", frame);
        return send(
                        HttpRequest.newBuilder(URI.create("http://" + at + "/emulation"))
                                .POST(BodyPublishers.ofString(body.toString()))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    @Override
    public void close() {
        reader.interrupt();
        lines.close();
    }
}
