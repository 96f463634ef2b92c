package dev.skein.examples;

import dev.skein.client.HistoryPage;
import dev.skein.client.HistoryQuery;
import dev.skein.client.Message;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.SkeinClient;
import java.util.List;

/** For threads that may wait. */
final class BlockingExample {

    private BlockingExample() {}

    static List<String> publishAndReadBack(String... endpoints) {
        try (SkeinClient client = SkeinClient.builder().endpoints(endpoints).build()) {
            client.blocking().publish("notes", OutgoingMessage.of("first"));
            client.blocking().publish("notes", OutgoingMessage.of("second"));
            HistoryPage page =
                    client.blocking().history(HistoryQuery.newestFirst("notes").withLimit(10));
            return page.messages().stream().map(Message::text).toList();
        }
    }
}
