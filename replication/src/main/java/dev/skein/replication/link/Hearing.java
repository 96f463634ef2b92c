package dev.skein.replication.link;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When this node heard from a peer last, and of whom the peer said that it hears nothing. Outlives the streams to the peer. Thread-safe.
 *
 * <p>A node that is gone falls silent for everybody, but not everybody says so at once. What a peer says of a third node counts against this
 * node's own silence only if it was said so late that the peer, if it heard nothing either, would have said that: after {@link #LOST_NANOS}, when it names
 * everybody of whom it has heard nothing for {@link #UNHEARD_NANOS}, a round trip and more before.
 */
final class Hearing {

    /** Longer than between two signs of life on an idle link, at the longest round trip: two pings and a tick. */
    static final long UNHEARD_NANOS = TimeUnit.MILLISECONDS.toNanos(1_100);

    static final long LOST_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    private volatile long heardNanos;
    private volatile @Nullable Said said;

    Hearing(long nowNanos) {
        heardNanos = nowNanos;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    void said(long nowNanos, List<String> unheard) {
        heardNanos = nowNanos;
        said = new Said(nowNanos, List.copyOf(unheard));
    }

    boolean isUnheard(long nowNanos) {
        return nowNanos - heardNanos > UNHEARD_NANOS;
    }

    boolean isLost(long nowNanos) {
        return nowNanos - heardNanos > LOST_NANOS;
    }

    /** Whether the peer hears a third node, as far as this node can tell. */
    boolean saysItHears(String third, Hearing ofThird, long nowNanos) {
        Said last = said;
        return last != null
                && !last.unheard.contains(third)
                && (!ofThird.isLost(nowNanos) || last.nanos - ofThird.heardNanos > LOST_NANOS);
    }

    /** Of whom the peer said last that it hears nothing. */
    List<String> unheard() {
        Said last = said;
        return last == null ? List.of() : last.unheard;
    }

    private record Said(long nanos, List<String> unheard) {}
}
