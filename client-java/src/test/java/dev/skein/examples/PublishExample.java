package dev.skein.examples;

import dev.skein.client.OutgoingMessage;
import dev.skein.client.PublishOptions;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Publishing without waiting. */
final class PublishExample {

    private PublishExample() {}

    /** The receipt comes when the message would survive what the namespace promises to survive. */
    static CompletableFuture<Receipt> one(SkeinClient client) {
        return client.publish("lobby", OutgoingMessage.of("hello").withHeader("lang", "en"));
    }

    /** Neighbours in the channel's order, or nothing. */
    static CompletableFuture<List<Receipt>> together(SkeinClient client) {
        return client.publish(
                "lobby",
                List.of(OutgoingMessage.of("debit 5"), OutgoingMessage.of("credit 5")),
                PublishOptions.allOrNothing());
    }

    /** With a message id, even a publish whose outcome isn't known can be repeated: it takes effect once. */
    static CompletableFuture<Receipt> untilKnown(SkeinClient client, String orderId) {
        OutgoingMessage order = OutgoingMessage.of("order " + orderId).withMessageId(orderId);
        return client.publish("orders", order).exceptionallyCompose(failure -> {
            boolean open = failure.getCause() instanceof SkeinException known && known.outcomeUnknown();
            return open ? untilKnown(client, orderId) : CompletableFuture.failedFuture(failure);
        });
    }
}
