package dev.skein.systemtests.traffic;

import dev.skein.client.ConnectionEvent;
import dev.skein.client.SkeinClient;
import dev.skein.systemtests.history.Attachment;
import dev.skein.systemtests.history.History;

/** Writes down where a client is attached. */
public final class Attachments {

    private Attachments() {}

    /** From now on, until the client is closed. */
    public static void record(SkeinClient client, int number, History history) {
        client.onConnection(event -> {
            if (event instanceof ConnectionEvent.Connected connected) {
                history.attached(new Attachment(number, connected.region(), connected.nanoTime()));
            } else if (event instanceof ConnectionEvent.Disconnected gone
                    && gone.node().isPresent()) {
                history.attached(new Attachment(number, "", gone.nanoTime()));
            }
        });
    }
}
