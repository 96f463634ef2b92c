package dev.skein.benchmarks.system;

import dev.skein.client.BlockingClient;
import dev.skein.client.Message;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.Subscription;
import dev.skein.client.SubscriptionListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The public Java client, used as an application would use it. */
final class SkeinTargetClient implements TargetClient {

    /** A reader that wants to be fast gives the server room. */
    private static final int BUFFERED_MESSAGES = 8_192;

    private final SkeinClient client;

    /** The payload that came last and its message: a saturating load sends the same one all the time. */
    private volatile Prepared last = new Prepared(new byte[0], OutgoingMessage.of(new byte[0]));

    private record Prepared(byte[] payload, OutgoingMessage message) {}

    SkeinTargetClient(SkeinClient client) {
        this.client = client;
    }

    @Override
    public Outlet outlet(String channel) {
        String name = name(channel);
        return (payload, token, listener) -> client.publish(name, message(payload))
                .whenComplete((receipt, failure) -> {
                    if (failure == null) {
                        listener.acked(token);
                    } else {
                        listener.failed(token, failure);
                    }
                });
    }

    private OutgoingMessage message(byte[] payload) {
        Prepared prepared = last;
        if (prepared.payload() != payload) {
            prepared = new Prepared(payload, OutgoingMessage.of(payload));
            last = prepared;
        }
        return prepared.message();
    }

    @Override
    public AutoCloseable subscribe(List<String> channels, From from, Receiver receiver) throws IOException {
        SubscriptionListener listener = event -> {
            if (event instanceof Message message) {
                receiver.received(message.payload().asReadOnlyBuffer());
            }
        };
        SubscribeOptions start =
                from == From.BEGINNING ? SubscribeOptions.fromSerial(1) : SubscribeOptions.fromLatest();
        SubscribeOptions options = start.withBufferedMessages(Math.max(64, BUFFERED_MESSAGES / channels.size()));
        List<Subscription> subscriptions = new ArrayList<>();
        for (String channel : channels) {
            subscriptions.add(client.subscribe(name(channel), options, listener));
        }
        for (Subscription subscription : subscriptions) {
            awaitStart(subscription);
        }
        return () -> subscriptions.forEach(Subscription::close);
    }

    private static void awaitStart(Subscription subscription) throws IOException {
        try {
            BlockingClient.await(subscription.started());
        } catch (SkeinException refused) {
            throw new IOException("can't subscribe to " + subscription.channel(), refused);
        }
    }

    private static String name(String channel) {
        return SkeinTarget.NAMESPACE + ":" + channel;
    }

    @Override
    public void close() {
        client.close();
    }
}
