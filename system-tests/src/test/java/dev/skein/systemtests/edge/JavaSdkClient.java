package dev.skein.systemtests.edge;

import static dev.skein.systemtests.cluster.Eventually.TIMEOUT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ConnectedEvent;
import io.github.centrifugal.centrifuge.ConnectingEvent;
import io.github.centrifugal.centrifuge.ConnectionTokenEvent;
import io.github.centrifugal.centrifuge.ConnectionTokenGetter;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.DuplicateSubscriptionException;
import io.github.centrifugal.centrifuge.ErrorEvent;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.HistoryOptions;
import io.github.centrifugal.centrifuge.HistoryResult;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.Publication;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.PublishResult;
import io.github.centrifugal.centrifuge.ReplyError;
import io.github.centrifugal.centrifuge.ResultCallback;
import io.github.centrifugal.centrifuge.StreamPosition;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.SubscribingEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionErrorEvent;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import io.github.centrifugal.centrifuge.SubscriptionOptions;
import io.github.centrifugal.centrifuge.TokenCallback;
import io.github.centrifugal.centrifuge.UnauthorizedException;
import io.github.centrifugal.centrifuge.UnsubscribedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** A client of the Java SDK, in this process. */
final class JavaSdkClient implements SdkClient {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SdkEvents events = new SdkEvents();
    private final Queue<String> tokens;
    private final Client sdk;

    JavaSdkClient(Door door) {
        tokens = new ConcurrentLinkedQueue<>(door.tokens());
        Options options = new Options();
        options.setMinReconnectDelay(50);
        options.setMaxReconnectDelay(500);
        if (!tokens.isEmpty()) {
            options.setToken(tokens.remove());
        }
        if (!tokens.isEmpty()) {
            options.setTokenGetter(new NextToken());
        }
        sdk = new Client("ws://" + door.stream() + "/connection/websocket", options, new Happenings());
    }

    @Override
    public void connect() {
        sdk.connect();
    }

    @Override
    public void subscribe(String channel, Map<String, Object> options) {
        Subscription subscription = sdk.getSubscription(channel);
        if (subscription == null) {
            SubscriptionOptions recovering = new SubscriptionOptions();
            recovering.setPositioned(true);
            recovering.setRecoverable(true);
            recovering.setMinResubscribeDelay(50);
            recovering.setMaxResubscribeDelay(500);
            try {
                subscription = sdk.newSubscription(channel, recovering, new Deliveries());
            } catch (DuplicateSubscriptionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        subscription.subscribe();
    }

    @Override
    public void unsubscribe(String channel) {
        sdk.getSubscription(channel).unsubscribe();
    }

    @Override
    public JsonNode publish(String channel, Object data) {
        return JavaSdkClient.<PublishResult>ask(
                callback -> sdk.publish(channel, bytes(data), callback), result -> JSON.createObjectNode());
    }

    @Override
    public JsonNode history(String channel, Map<String, Object> query) {
        JsonNode asked = JSON.valueToTree(query);
        HistoryOptions.Builder options = new HistoryOptions.Builder()
                .withLimit(asked.path("limit").asInt())
                .withReverse(asked.path("reverse").asBoolean());
        if (asked.has("since")) {
            options.withSince(new StreamPosition(
                    asked.at("/since/offset").asLong(), asked.at("/since/epoch").asText()));
        }
        return JavaSdkClient.<HistoryResult>ask(callback -> sdk.history(channel, options.build(), callback), page -> {
            ObjectNode result = JSON.createObjectNode().put("offset", page.getOffset());
            result.put("epoch", page.getEpoch());
            for (Publication each : page.getPublications()) {
                result.withArray("publications")
                        .addObject()
                        .put("offset", each.getOffset())
                        .set("data", json(each.getData()));
            }
            return result;
        });
    }

    @Override
    public SdkEvents events() {
        return events;
    }

    @Override
    public void close() {
        try {
            sdk.close(TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> JsonNode ask(Consumer<ResultCallback<T>> question, Function<T, JsonNode> answer) {
        CompletableFuture<JsonNode> result = new CompletableFuture<>();
        question.accept((failure, value) -> result.complete(failure == null ? answer.apply(value) : problem(failure)));
        try {
            return result.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for an answer", e);
        }
    }

    private static JsonNode problem(Throwable failure) {
        int code = failure instanceof ReplyError refusal ? refusal.getCode() : -1;
        ObjectNode problem = JSON.createObjectNode();
        problem.putObject("error").put("code", code).put("message", failure.getMessage());
        return problem;
    }

    private void tell(String event, ObjectNode more) {
        events.add(more.put("event", event));
    }

    private void tell(String event, int code, String reason) {
        tell(event, JSON.createObjectNode().put("code", code).put("reason", reason));
    }

    private void tell(String event, Subscription subscription, int code, String reason) {
        tell(event, of(subscription).put("code", code).put("reason", reason));
    }

    private static ObjectNode of(Subscription subscription) {
        return JSON.createObjectNode().put("channel", subscription.getChannel());
    }

    private static byte[] bytes(Object data) {
        try {
            return JSON.writeValueAsBytes(data);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static JsonNode json(byte[] data) {
        try {
            return JSON.readTree(data);
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    private final class NextToken extends ConnectionTokenGetter {
        @Override
        public void getConnectionToken(ConnectionTokenEvent asked, TokenCallback callback) {
            tell("token", JSON.createObjectNode());
            String next = tokens.poll();
            callback.Done(next == null ? new UnauthorizedException() : null, next == null ? "" : next);
        }
    }

    private final class Happenings extends EventListener {
        @Override
        public void onConnecting(Client client, ConnectingEvent event) {
            tell("connecting", event.getCode(), event.getReason());
        }

        @Override
        public void onConnected(Client client, ConnectedEvent event) {
            tell("connected", JSON.createObjectNode().put("client", event.getClient()));
        }

        @Override
        public void onDisconnected(Client client, DisconnectedEvent event) {
            tell("disconnected", event.getCode(), event.getReason());
        }

        @Override
        public void onError(Client client, ErrorEvent event) {
            tell("error", JSON.createObjectNode().put("message", "" + event.getError()));
        }
    }

    private final class Deliveries extends SubscriptionEventListener {
        @Override
        public void onSubscribing(Subscription subscription, SubscribingEvent event) {
            tell("subscribing", subscription, event.getCode(), event.getReason());
        }

        @Override
        public void onSubscribed(Subscription subscription, SubscribedEvent event) {
            tell(
                    "subscribed",
                    of(subscription)
                            .put("wasRecovering", event.wasRecovering())
                            .put("recovered", event.getRecovered()));
        }

        @Override
        public void onUnsubscribed(Subscription subscription, UnsubscribedEvent event) {
            tell("unsubscribed", subscription, event.getCode(), event.getReason());
        }

        @Override
        public void onError(Subscription subscription, SubscriptionErrorEvent event) {
            tell("subscriptionError", of(subscription).put("message", "" + event.getError()));
        }

        @Override
        public void onPublication(Subscription subscription, PublicationEvent event) {
            ObjectNode publication = of(subscription).put("offset", event.getOffset());
            publication.set("data", json(event.getData()));
            publication.set("tags", JSON.valueToTree(event.getTags()));
            if (event.getInfo() != null) {
                publication.putObject("info").put("user", event.getInfo().getUser());
            }
            tell("publication", publication);
        }
    }
}
