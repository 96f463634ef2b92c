package dev.skein.systemtests.drill;

import java.util.Set;

/**
 * One outage, by {@link System#nanoTime}.
 *
 * @param number from 1
 * @param victim the region that was lost
 * @param shardsLed how many shards it led, of how many
 * @param shards all shards
 * @param channelsLed numbers of the probe channels whose shards it led
 * @param startNanos when the region was lost
 * @param ledNanos when every shard had a leader again, as status told; 0: not before the region was restored
 * @param endNanos when it was let back
 * @param wholeNanos when every shard was led in its home region again
 */
public record Round(
        int number,
        String victim,
        int shardsLed,
        int shards,
        Set<Integer> channelsLed,
        long startNanos,
        long ledNanos,
        long endNanos,
        long wholeNanos) {

    public Round {
        channelsLed = Set.copyOf(channelsLed);
    }

    /** Whether the interval has a part in the outage. */
    public boolean overlapsOutage(long fromNanos, long toNanos) {
        return fromNanos < endNanos && toNanos > startNanos;
    }

    /** Whether the interval has a part in the way back, and none in the outage. */
    public boolean overlapsReturn(long fromNanos, long toNanos) {
        return fromNanos >= endNanos && fromNanos < wholeNanos;
    }
}
