package dev.skein.client.twin;

import dev.skein.proto.client.v1.StoredMessage;
import java.util.ArrayList;
import java.util.List;

/** One channel: its epoch and its messages by serial. */
final class TwinChannel {

    static final long FIRST_EPOCH = 7;

    long epoch = FIRST_EPOCH;
    long firstSerial = 1;
    final List<StoredMessage> messages = new ArrayList<>();

    long lastSerial() {
        return messages.size();
    }

    StoredMessage at(long serial) {
        return messages.get((int) serial - 1);
    }
}
