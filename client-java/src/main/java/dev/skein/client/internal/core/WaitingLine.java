package dev.skein.client.internal.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A lane's publishes that have no number yet, in order, and how much they are. */
final class WaitingLine {

    /** From here on a section costs little more per message than a full one. */
    static final int GATHERED_BYTES = 16 << 10;

    private final Deque<PendingPublish> publishes = new ArrayDeque<>();
    private int messages;
    private long bytes;
    private int alone;

    void add(PendingPublish publish) {
        publishes.add(publish);
        count(publish, 1);
    }

    @Nullable
    PendingPublish peek() {
        return publishes.peek();
    }

    PendingPublish remove() {
        PendingPublish first = publishes.remove();
        count(first, -1);
        return first;
    }

    void removeIf(Predicate<PendingPublish> over) {
        publishes.removeIf(publish -> {
            boolean removed = over.test(publish);
            if (removed) {
                count(publish, -1);
            }
            return removed;
        });
    }

    Iterable<PendingPublish> publishes() {
        return publishes;
    }

    /** Whether it would gain little by waiting for more; a publish that goes alone, and what is before it, gains nothing. */
    boolean isWorthASection(SectionSize size) {
        return alone > 0 || bytes >= Math.min(GATHERED_BYTES, size.bytesMax()) || messages >= size.messagesMax();
    }

    private void count(PendingPublish publish, int sign) {
        messages += sign * publish.size();
        bytes += (long) sign * publish.bytes();
        alone += publish.alone ? sign : 0;
    }
}
