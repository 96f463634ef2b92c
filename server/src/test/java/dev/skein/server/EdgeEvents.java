package dev.skein.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An EventSource: events as maps of their fields, lines of data joined as the format says. */
final class EdgeEvents implements AutoCloseable {

    private final BlockingQueue<Map<String, String>> events = new LinkedBlockingQueue<>();
    private final Stream<String> lines;
    private final Thread reader;

    EdgeEvents(String address, String channel, String lastEventId) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://" + address + "/events?channel=" + channel));
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            lines = HttpClient.newHttpClient()
                    .send(request.build(), BodyHandlers.ofLines())
                    .body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
        reader = new Thread(this::read, "edge-events");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        Map<String, String> event = new HashMap<>();
        try {
            lines.forEach(line -> {
                int colon = line.indexOf(':');
                if (line.isEmpty() && !event.isEmpty()) {
                    events.add(Map.copyOf(event));
                    event.clear();
                } else if (colon > 0) {
                    event.merge(
                            line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + "\n" + b);
                }
            });
        } catch (UncheckedIOException ended) {
            // The test closes it, or the node does.
        }
    }

    Map<String, String> next() {
        try {
            Map<String, String> next = events.poll(30, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came");
            }
            return next;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    @Override
    public void close() {
        reader.interrupt();
        lines.close();
    }
}
