package dev.skein.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A bare client of the edge's WebSocket in JSON: what it is sent can be awaited one after the other. */
final class EdgeClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long DEADLINE_SECONDS = 30;

    private final BlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonNode> pushes = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;
    private int lastId;

    EdgeClient(String address, String... headers) {
        this(URI.create("ws://" + address + "/connection/websocket"), headers);
    }

    private EdgeClient(URI target, String... headers) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        socket = builder.buildAsync(target, new Listener())
                .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** A client whose connect was answered. */
    static EdgeClient connected(String address) {
        EdgeClient client = new EdgeClient(address);
        client.ask("connect", "{}");
        return client;
    }

    /** One that only listens, and says what it connects with in its address, or not yet when that is empty. */
    static EdgeClient listening(String address, String connect) {
        String query = connect.isEmpty() ? "" : "?cf_connect=" + URLEncoder.encode(connect, StandardCharsets.UTF_8);
        return new EdgeClient(URI.create("ws://" + address + "/connection/uni_websocket" + query));
    }

    /** What comes next to one that only listens. */
    JsonNode next() {
        return await(any -> true);
    }

    void send(String frame) {
        socket.sendText(frame, true)
                .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Sends a command and waits for its answer. */
    JsonNode ask(String command, String request) {
        int id = ++lastId;
        send("{\"id\":" + id + ",\"" + command + "\":" + request + "}");
        return await(reply -> reply.path("id").asInt() == id);
    }

    /** The next publication. */
    JsonNode publication() {
        return await(pushes, push -> push.has("pub")).path("pub");
    }

    /** The first push that is wanted; others are left out. */
    JsonNode push(Predicate<JsonNode> wanted) {
        return await(pushes, wanted);
    }

    /** The first answer that is wanted; others are left out. */
    JsonNode await(Predicate<JsonNode> wanted) {
        return await(replies, wanted);
    }

    private static JsonNode await(BlockingQueue<JsonNode> queue, Predicate<JsonNode> wanted) {
        try {
            while (true) {
                JsonNode next = queue.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
                if (next == null) {
                    throw new AssertionError("nothing came");
                }
                if (wanted.test(next)) {
                    return next;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    /** The next push of a kind; others are left out. */
    JsonNode push(String kind) {
        return await(pushes, push -> push.has(kind));
    }

    int closeCode() {
        return closed.orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                text.toString().lines().map(this::parsed).forEach(this::received);
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            closed.completeExceptionally(failure);
        }

        private void received(JsonNode reply) {
            if (reply.has("push")) {
                pushes.add(reply.path("push"));
            } else {
                replies.add(reply);
            }
        }

        private JsonNode parsed(String line) {
            try {
                return JSON.readTree(line);
            } catch (IOException malformed) {
                throw new UncheckedIOException(malformed);
            }
        }
    }
}
