package dev.skein.systemtests.edge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A client made with a published SDK. What happens to it comes as {@link #events()}, in the SDK's words: connecting, connected, disconnected,
 * error, token (another was asked for), subscribing, subscribed, unsubscribed, subscriptionError, publication. Questions are answered with the
 * result, or with {@code {"error": {"code": ...}}}. Used by one thread.
 */
interface SdkClient extends AutoCloseable {

    void connect();

    /** Subscribes so that the SDK recovers what it misses. */
    default void subscribe(String channel) {
        subscribe(channel, Map.of());
    }

    /** The same with more of the SDK's own options; not every SDK has any. */
    void subscribe(String channel, Map<String, Object> options);

    void unsubscribe(String channel);

    JsonNode publish(String channel, Object data);

    /**
     * Reads the past.
     *
     * @param query {@code limit}, {@code reverse}, {@code since} with {@code offset} and {@code epoch}
     */
    JsonNode history(String channel, Map<String, Object> query);

    SdkEvents events();

    /** Disconnects. */
    @Override
    void close();
}
