package dev.skein.systemtests.wan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** An emulator in another process, through its control port. Closing it leaves the emulator running. */
public final class WanRemote implements Wan {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI base;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();

    /** @param controlPort on the loopback address */
    public WanRemote(int controlPort) {
        this.base = URI.create("http://127.0.0.1:" + controlPort);
    }

    @Override
    public InetSocketAddress add(Place place) throws IOException {
        return local(post("/places", place).get("port").asInt());
    }

    @Override
    public InetSocketAddress proxy(String placeName) throws IOException {
        String query = URLEncoder.encode(placeName, StandardCharsets.UTF_8);
        HttpRequest request = request("/proxy?" + query).GET().build();
        return local(send(request).get("port").asInt());
    }

    @Override
    public void cut(Cut cut) throws IOException {
        post("/cut", cut);
    }

    @Override
    public boolean heal(Cut cut) throws IOException {
        return post("/heal", cut).get("healed").asInt() > 0;
    }

    @Override
    public int healAll() throws IOException {
        return post("/heal", Map.of()).get("healed").asInt();
    }

    /** Changes how a way behaves until it is reset. */
    public void change(Cut where, LinkChange change) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("from", where.from(), "to", where.to()));
        body.put("both", where.both());
        body.putAll(change.toJson());
        post("/delay", body);
    }

    /** Gives a way the profile's settings back. */
    public void reset(Cut where) throws IOException {
        post("/reset", where);
    }

    /** Paths and cuts, as the control port writes them. */
    public JsonNode paths() throws IOException {
        return send(request("/paths").GET().build());
    }

    private JsonNode post(String path, Object body) throws IOException {
        HttpRequest.BodyPublisher bytes = HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        return send(request(path).POST(bytes).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT);
    }

    private JsonNode send(HttpRequest request) throws IOException {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode answer = JSON.readTree(response.body());
            if (response.statusCode() != 200) {
                throw new IOException(answer.path("error").asText());
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking the WAN emulator", e);
        }
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() {
        // The JDK's client has no close before Java 21; its threads are daemons and end with it.
    }
}
