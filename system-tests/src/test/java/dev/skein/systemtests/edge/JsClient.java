package dev.skein.systemtests.edge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** A client of the JavaScript SDK, in the Node.js process that all of them share. */
final class JsClient implements SdkClient {

    private final NodeJs nodeJs;
    private final SdkEvents events = new SdkEvents();
    private final int number;

    JsClient(NodeJs nodeJs, String codec, String transport, Door door) {
        this.nodeJs = nodeJs;
        this.number = nodeJs.add(events);
        String scheme = transport.equals("websocket") ? "ws" : "http";
        String endpoint = scheme + "://" + door.stream() + "/connection/" + transport;
        ask(
                "open",
                Map.of(
                        "codec",
                        codec,
                        "transports",
                        List.of(Map.of("transport", transport, "endpoint", endpoint)),
                        "emulation",
                        "http://" + door.emulation() + "/emulation",
                        "tokens",
                        door.tokens()));
    }

    @Override
    public void connect() {
        ask("connect", Map.of());
    }

    @Override
    public void subscribe(String channel, Map<String, Object> options) {
        ask("subscribe", Map.of("channel", channel, "options", options));
    }

    @Override
    public void unsubscribe(String channel) {
        ask("unsubscribe", Map.of("channel", channel));
    }

    @Override
    public JsonNode publish(String channel, Object data) {
        return ask("publish", Map.of("channel", channel, "data", data));
    }

    @Override
    public JsonNode history(String channel, Map<String, Object> query) {
        return ask("history", Map.of("channel", channel, "query", query));
    }

    @Override
    public SdkEvents events() {
        return events;
    }

    @Override
    public void close() {
        ask("disconnect", Map.of());
    }

    private JsonNode ask(String action, Map<String, Object> arguments) {
        return nodeJs.ask(number, action, arguments);
    }
}
