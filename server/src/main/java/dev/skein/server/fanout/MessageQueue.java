package dev.skein.server.fanout;

import dev.skein.replication.TailMessage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A queue whose elements are reached by number without passing the others, as an {@link java.util.ArrayDeque} can't. Not thread-safe. */
final class MessageQueue {

    private static final int FIRST_ROOM = 16;

    /** Its length is a power of two. */
    private @Nullable TailMessage[] room = new TailMessage[FIRST_ROOM];

    private int head;
    private int size;

    int size() {
        return size;
    }

    /** The oldest is 0. */
    TailMessage get(int number) {
        Objects.checkIndex(number, size);
        return Objects.requireNonNull(room[head + number & room.length - 1]);
    }

    void add(TailMessage message) {
        if (size == room.length) {
            grow();
        }
        room[head + size & room.length - 1] = message;
        size++;
    }

    /** Removes the oldest. */
    TailMessage remove() {
        TailMessage oldest = get(0);
        room[head] = null;
        head = head + 1 & room.length - 1;
        size--;
        if (size == 0) {
            // An idle channel keeps no room of its busy times.
            room = room.length > FIRST_ROOM ? new TailMessage[FIRST_ROOM] : room;
            head = 0;
        }
        return oldest;
    }

    private void grow() {
        TailMessage[] larger = new TailMessage[room.length * 2];
        for (int number = 0; number < size; number++) {
            larger[number] = get(number);
        }
        room = larger;
        head = 0;
    }
}
