package dev.skein.server.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Serves {@code /metrics} and {@code /health} by HTTP, one request at a time. */
public final class MetricsPages implements AutoCloseable {

    private static final int BACKLOG = 16;

    private final HttpServer http;
    private final ExecutorService thread;

    private MetricsPages(HttpServer http, ExecutorService thread) {
        this.http = http;
        this.thread = thread;
    }

    /**
     * Opens the port.
     *
     * @param metrics the page of metrics
     * @param health why the node isn't well; empty when it is
     * @throws IOException when the port can't be opened
     */
    public static MetricsPages open(InetSocketAddress address, Supplier<String> metrics, Supplier<String> health)
            throws IOException {
        HttpServer http = HttpServer.create(address, BACKLOG);
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "skein-metrics");
            made.setDaemon(true);
            return made;
        });
        http.setExecutor(thread);
        http.createContext("/metrics", exchange -> {
            answer(exchange, "/metrics", 200, PrometheusText.CONTENT_TYPE, metrics.get());
        });
        http.createContext("/health", exchange -> {
            String trouble = health.get();
            answer(
                    exchange,
                    "/health",
                    trouble.isEmpty() ? 200 : 503,
                    "text/plain; charset=utf-8",
                    (trouble.isEmpty() ? "ok" : trouble) + "\n");
        });
        http.start();
        return new MetricsPages(http, thread);
    }

    /** The port it listens on. */
    public int port() {
        return http.getAddress().getPort();
    }

    @Override
    public void close() {
        http.stop(0);
        thread.shutdown();
        try {
            thread.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, String path, int status, String type, String text)
            throws IOException {
        try (exchange) {
            boolean found = exchange.getRequestURI().getPath().equals(path);
            boolean get = exchange.getRequestMethod().equals("GET");
            if (!found || !get) {
                exchange.sendResponseHeaders(found ? 405 : 404, -1);
                return;
            }
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }
}
