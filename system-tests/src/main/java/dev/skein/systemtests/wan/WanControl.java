package dev.skein.systemtests.wan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skein.core.Checks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The emulator's control port: JSON over HTTP, on the JDK server's one thread.
 *
 * <ul>
 *   <li>{@code POST /cut}, {@code POST /heal}: {@code {from, to, both}}; heal without {@code from} heals everything
 *   <li>{@code POST /delay}: {@code {from, to, both, delayMs, jitterPercent, lossPercent, bytesPerSecond}}; what is not given stays
 *   <li>{@code POST /reset}: {@code {from, to, both}}; back to the profile's settings
 *   <li>{@code POST /places}: a {@link Place}; answers its proxy port
 *   <li>{@code GET /paths}: paths, and the cuts in force; {@code GET /proxy?NAME}: a place's proxy port
 * </ul>
 */
final class WanControl implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WanControl.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BODY_BYTES_MAX = 64 << 10;
    private static final double NANOS_PER_MILLI = 1e6;

    private final WanEmulator wan;
    private final HttpServer server;

    private interface Command {
        Object run(HttpExchange exchange) throws IOException;
    }

    private WanControl(WanEmulator wan, HttpServer server) {
        this.wan = wan;
        this.server = server;
    }

    static WanControl start(WanEmulator wan, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        WanControl control = new WanControl(wan, server);
        control.route("POST", "/cut", exchange -> control.cut(cut(body(exchange))));
        control.route("POST", "/heal", exchange -> control.heal(body(exchange)));
        control.route("POST", "/delay", exchange -> control.delay(body(exchange)));
        control.route("POST", "/reset", exchange -> control.reset(cut(body(exchange))));
        control.route("POST", "/places", exchange -> control.add(place(body(exchange))));
        control.route("GET", "/paths", exchange -> Map.of("paths", wan.paths(), "cuts", wan.cuts()));
        control.route("GET", "/proxy", exchange -> control.proxy(exchange));
        server.start();
        return control;
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private Object cut(Cut cut) {
        wan.cut(cut);
        return Map.of("cuts", wan.cuts());
    }

    private Object heal(JsonNode body) {
        int healed = body.has("from") ? (wan.heal(cut(body)) ? 1 : 0) : wan.healAll();
        return Map.of("healed", healed, "cuts", wan.cuts());
    }

    private Object delay(JsonNode body) {
        return Map.of("paths", wan.change(cut(body), old -> changed(old, body)));
    }

    private Object reset(Cut where) {
        return Map.of("paths", wan.reset(where));
    }

    private Object add(Place place) throws IOException {
        return Map.of("port", wan.add(place).getPort());
    }

    private Object proxy(HttpExchange exchange) {
        return Map.of("port", wan.proxy(exchange.getRequestURI().getQuery()).getPort());
    }

    static Cut cut(JsonNode body) {
        for (String field : List.of("from", "to")) {
            Checks.check(body.path(field).isTextual(), field, body.path(field), "a node, region, region/zone, or *");
        }
        return new Cut(
                body.get("from").asText(),
                body.get("to").asText(),
                body.path("both").asBoolean(true));
    }

    static PathSettings changed(PathSettings old, JsonNode body) {
        double oldMillis = old.delayNanos() / NANOS_PER_MILLI;
        return new PathSettings(
                (long) (body.path("delayMs").asDouble(oldMillis) * NANOS_PER_MILLI),
                body.path("jitterPercent").asDouble(old.jitterFraction() * 100) / 100,
                old.jitterMedianNanos(),
                old.spikeProbability(),
                body.path("lossPercent").asDouble(old.lossFraction() * 100) / 100,
                body.path("bytesPerSecond").asLong(old.bytesPerSecond()));
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        return parse(exchange.getRequestBody().readNBytes(BODY_BYTES_MAX));
    }

    static JsonNode parse(byte[] bytes) throws IOException {
        JsonNode body = bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes);
        Checks.check(body.isObject(), "body", body.getNodeType(), "a JSON object");
        return body;
    }

    static Place place(JsonNode body) throws IOException {
        return JSON.treeToValue(body, Place.class);
    }

    private void route(String method, String path, Command command) {
        server.createContext(path, exchange -> {
            try (exchange) {
                handle(exchange, method, command);
            }
        });
    }

    private static void handle(HttpExchange exchange, String method, Command command) throws IOException {
        String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        try {
            Checks.check(exchange.getRequestMethod().equals(method), "method", exchange.getRequestMethod(), method);
            answer(exchange, 200, command.run(exchange));
        } catch (IllegalArgumentException | IOException e) {
            LOG.warn("refused {}: {}", asked, e.getMessage());
            answer(exchange, 400, Map.of("error", String.valueOf(e.getMessage())));
        }
    }

    private static void answer(HttpExchange exchange, int status, Object value) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(value);
        exchange.getResponseHeaders().add("content-type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
