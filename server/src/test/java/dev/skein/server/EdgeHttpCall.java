package dev.skein.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Plain requests to the edge. */
final class EdgeHttpCall {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private EdgeHttpCall() {}

    /** @param headers names and values in turn */
    static HttpResponse<String> get(String address, String path, String... headers) {
        return send(with(request(address, path), headers)).join();
    }

    /** As a browser asks before a page of another origin may post JSON. */
    static HttpResponse<String> options(String address, String path, String origin) {
        return send(request(address, path)
                        .method("OPTIONS", BodyPublishers.noBody())
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "content-type")
                        .build())
                .join();
    }

    /** @param headers names and values in turn */
    static HttpResponse<String> post(String address, String path, String body, String... headers) {
        return send(with(request(address, path).POST(BodyPublishers.ofString(body)), headers))
                .join();
    }

    private static HttpRequest with(HttpRequest.Builder request, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    static CompletableFuture<JsonNode> json(String address, String path) {
        return send(request(address, path).build()).thenApply(response -> {
            if (response.statusCode() != 200) {
                throw new IllegalStateException(response.statusCode() + " " + response.body());
            }
            return parsed(response.body());
        });
    }

    private static HttpRequest.Builder request(String address, String path) {
        return HttpRequest.newBuilder(URI.create("http://" + address + path));
    }

    private static CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
        return HTTP.sendAsync(request, BodyHandlers.ofString()).orTimeout(60, TimeUnit.SECONDS);
    }

    static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }
}
