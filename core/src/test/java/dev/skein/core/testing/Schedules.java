package dev.skein.core.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Runs schedules by their seeds. {@code -Dskein.sim.seed=N} runs that one alone, {@code -Dskein.sim.times=N} so many times as many
 * as usual, with seeds from {@code -Dskein.sim.first} on.
 */
public final class Schedules {

    private static final String SEED = "skein.sim.seed";

    /** Broken schedules told at a time; the rest would hardly say anything new. */
    private static final int TOLD_MAX = 5;

    private Schedules() {}

    /** Runs so many schedules. Those that break a promise are told with their seeds. */
    public static void run(int usually, LongConsumer schedule) {
        long only = Long.getLong(SEED, -1);
        long first = only >= 0 ? only : Long.getLong("skein.sim.first", 0);
        long count = only >= 0 ? 1 : usually * Long.getLong("skein.sim.times", 1);
        List<AssertionError> broken = new ArrayList<>();
        for (long seed = first; seed < first + count && broken.size() < TOLD_MAX; seed++) {
            try {
                schedule.accept(seed);
            } catch (RuntimeException | AssertionError promise) {
                broken.add(new AssertionError(
                        "schedule " + seed + " (again: -D" + SEED + "=" + seed + "): " + promise, promise));
            }
        }
        if (!broken.isEmpty()) {
            AssertionError told = broken.remove(0);
            broken.forEach(told::addSuppressed);
            throw told;
        }
    }

    /** What breaks first among so many schedules, with its seed: how long a defect goes unseen. Empty: nothing does. */
    public static Optional<String> firstBroken(int limit, LongConsumer schedule) {
        for (long seed = 0; seed < limit; seed++) {
            try {
                schedule.accept(seed);
            } catch (RuntimeException | AssertionError promise) {
                return Optional.of("schedule " + seed + ": " + promise);
            }
        }
        return Optional.empty();
    }
}
