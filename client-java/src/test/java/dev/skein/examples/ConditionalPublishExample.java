package dev.skein.examples;

import dev.skein.client.OutgoingMessage;
import dev.skein.client.PublishOptions;
import dev.skein.client.Reason;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import java.util.Optional;

/** Writing only if nobody else has written meanwhile. */
final class ConditionalPublishExample {

    private ConditionalPublishExample() {}

    /** Empty when somebody was faster. */
    static Optional<Receipt> claim(SkeinClient client, String seat, String who) {
        try {
            PublishOptions onlyFirst = PublishOptions.ifLastSerialIs(0);
            return Optional.of(client.blocking().publish("seat-" + seat, OutgoingMessage.of(who), onlyFirst));
        } catch (SkeinException refusal) {
            if (refusal.reason() == Reason.CONDITION_FAILED) {
                return Optional.empty();
            }
            throw refusal;
        }
    }
}
