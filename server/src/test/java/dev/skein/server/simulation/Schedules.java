package dev.skein.server.simulation;

import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * Runs schedules by their seeds. {@code -Dskein.sim.seed=N} runs that one alone, {@code -Dskein.sim.times=N} so many times as many
 * as usual, with seeds from {@code -Dskein.sim.first} on.
 */
final class Schedules {

    private static final String SEED = "skein.sim.seed";

    private Schedules() {}

    /** Runs so many schedules; the first that breaks a promise ends it, with the seed in its words. */
    static void run(int usually, LongConsumer schedule) {
        Long only = Long.getLong(SEED);
        if (only != null) {
            runOne(only, schedule);
            return;
        }
        long first = Long.getLong("skein.sim.first", 0);
        long count = usually * Long.getLong("skein.sim.times", 1);
        for (long seed = first; seed < first + count; seed++) {
            runOne(seed, schedule);
        }
    }

    /** The first seed below the limit whose schedule fails: how long a defect goes unseen. */
    static OptionalLong firstFailure(int limit, LongConsumer schedule) {
        for (long seed = 0; seed < limit; seed++) {
            try {
                schedule.accept(seed);
            } catch (RuntimeException | AssertionError found) {
                return OptionalLong.of(seed);
            }
        }
        return OptionalLong.empty();
    }

    private static void runOne(long seed, LongConsumer schedule) {
        try {
            schedule.accept(seed);
        } catch (RuntimeException | AssertionError broken) {
            throw new AssertionError("schedule " + seed + " (again: -D" + SEED + "=" + seed + "): " + broken, broken);
        }
    }
}
