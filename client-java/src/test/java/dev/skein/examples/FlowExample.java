package dev.skein.examples;

import dev.skein.client.Message;
import dev.skein.client.SkeinClient;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.SubscriptionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Reading through {@code java.util.concurrent.Flow}, one message at a time. */
final class FlowExample {

    private FlowExample() {}

    /** The first messages of a channel, then no more. */
    static CompletableFuture<List<String>> first(SkeinClient client, String channel, int count) {
        CompletableFuture<List<String>> result = new CompletableFuture<>();
        client.publisher(channel, SubscribeOptions.fromSerial(1)).subscribe(new Flow.Subscriber<>() {
            private final List<String> texts = new ArrayList<>();
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                this.subscription = subscription;
                subscription.request(1);
            }

            @Override
            public void onNext(SubscriptionEvent event) {
                if (event instanceof Message message) {
                    texts.add(message.text());
                }
                if (texts.size() < count) {
                    subscription.request(1);
                } else {
                    subscription.cancel();
                    result.complete(texts);
                }
            }

            @Override
            public void onError(Throwable failure) {
                result.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                result.complete(texts);
            }
        });
        return result;
    }
}
