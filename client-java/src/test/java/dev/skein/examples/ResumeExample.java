package dev.skein.examples;

import dev.skein.client.CaughtUp;
import dev.skein.client.Closed;
import dev.skein.client.Gap;
import dev.skein.client.Message;
import dev.skein.client.Position;
import dev.skein.client.SkeinClient;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.Subscription;
import dev.skein.client.SubscriptionEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A reader that goes on exactly where it stopped, in whatever region it comes back. */
final class ResumeExample {

    private final List<String> texts = new CopyOnWriteArrayList<>();
    private volatile Optional<Position> saved = Optional.empty();

    /** Starts at the beginning, or behind what was read before. */
    Subscription read(SkeinClient client) {
        SubscribeOptions from = saved.map(SubscribeOptions::fromPosition).orElse(SubscribeOptions.fromSerial(1));
        return client.subscribe("lobby", from, this::handle);
    }

    List<String> texts() {
        return texts;
    }

    private void handle(SubscriptionEvent event) {
        if (event instanceof Message message) {
            texts.add(message.text());
            saved = Optional.of(message.position());
        } else if (event instanceof Gap gap) {
            texts.add("[" + gap.firstSerial() + " to " + gap.lastSerial() + " are gone: " + gap.cause() + "]");
        } else if (event instanceof CaughtUp) {
            texts.add("[caught up]");
        } else if (event instanceof Closed closed) {
            closed.cause().ifPresent(cause -> texts.add("[" + cause.getMessage() + "]"));
        }
    }
}
