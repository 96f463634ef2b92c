package dev.skein.systemtests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A client of the edge that follows one channel over a WebSocket. Told to connect anew, it takes the next address, as a load balancer would,
 * and goes on after the last publication it has seen. Notes whatever isn't as it should be.
 */
final class RoamingSocket implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long AGAIN_MILLIS = 100;

    private final HttpClient http;
    private final ScheduledExecutorService timer;
    private final List<String> addresses;
    private final String channel;
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final Queue<Integer> codes = new ConcurrentLinkedQueue<>();
    private int next;
    private volatile long offset = -1;
    private volatile String epoch = "";
    private volatile boolean closed;
    private volatile WebSocket socket;

    /** @param addresses may grow; @param first the one it begins with */
    RoamingSocket(HttpClient http, ScheduledExecutorService timer, List<String> addresses, int first, String channel) {
        this.http = http;
        this.timer = timer;
        this.addresses = addresses;
        this.next = first;
        this.channel = channel;
        connect();
    }

    /** The last publication seen; -1: not subscribed yet. */
    long offset() {
        return offset;
    }

    /** What wasn't as it should be. */
    List<String> wrong() {
        return wrong;
    }

    /** Why it was sent away, each time. */
    List<Integer> codes() {
        return List.copyOf(codes);
    }

    private void connect() {
        if (closed) {
            return;
        }
        String address = addresses.get(next++ % addresses.size());
        http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://" + address + "/connection/websocket"), new Listener())
                .whenComplete((opened, refused) -> {
                    if (refused != null) {
                        connectLater();
                    } else {
                        socket = opened;
                        opened.sendText("{\"id\":1,\"connect\":{}}\n" + subscribe(), true);
                    }
                });
    }

    private void connectLater() {
        timer.schedule(this::connect, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private String subscribe() {
        String position = offset < 0 ? "" : ",\"recover\":true,\"offset\":" + offset + ",\"epoch\":\"" + epoch + "\"";
        return "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\",\"recoverable\":true" + position + "}}";
    }

    @Override
    public void close() {
        closed = true;
        WebSocket present = socket;
        if (present != null) {
            present.abort();
        }
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                text.toString().lines().forEach(line -> received(from, line));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            codes.add(code);
            if (code < 3000 || code >= 3500) {
                wrong.add("closed with " + code + " " + reason);
            }
            connectLater();
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            connectLater();
        }

        private void received(WebSocket from, String line) {
            try {
                reply(from, JSON.readTree(line));
            } catch (IOException malformed) {
                wrong.add("malformed: " + line);
            }
        }

        private void reply(WebSocket from, JsonNode reply) {
            if (reply.isEmpty()) {
                from.sendText("{}", true);
            } else if (reply.path("error").path("temporary").asBoolean()) {
                timer.schedule(() -> from.sendText(subscribe(), true), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            } else if (reply.has("error")) {
                wrong.add(reply.toString());
            } else if (reply.has("subscribe")) {
                subscribed(reply.path("subscribe"));
            } else if (reply.path("push").has("pub")) {
                published(reply.path("push").path("pub"));
            }
        }

        private void subscribed(JsonNode result) {
            if (offset < 0) {
                offset = result.path("offset").asLong();
                epoch = result.path("epoch").asText();
            } else if (!result.path("recovered").asBoolean()) {
                wrong.add("not recovered after " + offset + ": " + result);
            }
        }

        private void published(JsonNode publication) {
            long came = publication.path("offset").asLong();
            if (came != offset + 1) {
                wrong.add("after " + offset + " came " + came);
            }
            offset = came;
        }
    }
}
