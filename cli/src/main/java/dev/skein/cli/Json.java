package dev.skein.cli;

import dev.skein.client.CaughtUp;
import dev.skein.client.Closed;
import dev.skein.client.Gap;
import dev.skein.client.Header;
import dev.skein.client.Message;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinException;
import dev.skein.client.SubscriptionEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/** The client's values as plain maps. Keys are API of the command line. */
final class Json {

    private Json() {}

    /** A map with these keys and values, in order. */
    static Map<String, Object> of(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    static Map<String, Object> receipt(Receipt receipt) {
        return of(
                "epoch", receipt.epoch(),
                "serial", receipt.serial(),
                "shardSerial", receipt.shardSerial(),
                "time", receipt.time().toString(),
                "duplicate", receipt.duplicate());
    }

    static Map<String, Object> message(Message message) {
        Map<String, Object> headers = new LinkedHashMap<>();
        for (Header header : message.headers()) {
            headers.put(header.key(), header.value().utf8());
        }
        return of(
                "type", "message",
                "channel", message.channel(),
                "epoch", message.position().epoch(),
                "serial", message.serial(),
                "shardSerial", message.shardSerial(),
                "time", message.time().toString(),
                "ephemeral", message.ephemeral(),
                "messageId", message.messageId().orElse(null),
                "headers", headers,
                "text", message.text());
    }

    static Map<String, Object> gap(Gap gap) {
        return of(
                "type", "gap",
                "channel", gap.channel(),
                "epoch", gap.epoch(),
                "firstSerial", gap.firstSerial(),
                "lastSerial", gap.lastSerial(),
                "cause", gap.cause().name());
    }

    static Map<String, Object> event(SubscriptionEvent event) {
        if (event instanceof Message message) {
            return message(message);
        } else if (event instanceof Gap gap) {
            return gap(gap);
        } else if (event instanceof CaughtUp caughtUp) {
            return of(
                    "type", "caughtUp",
                    "channel", caughtUp.channel(),
                    "epoch", caughtUp.position().epoch(),
                    "serial", caughtUp.position().serial());
        }
        Closed closed = (Closed) event;
        return of(
                "type", "closed",
                "channel", closed.channel(),
                "reason",
                        closed.cause()
                                .map(SkeinException::reason)
                                .map(Enum::name)
                                .orElse(null),
                "text", closed.cause().map(Throwable::getMessage).orElse(null));
    }
}
