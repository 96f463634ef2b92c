package dev.skein.systemtests.traffic;

import dev.skein.client.SkeinException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts for the live line and the report. Thread-safe. */
public final class Tally {

    public final LongAdder published = new LongAdder();
    public final LongAdder acknowledged = new LongAdder();
    public final LongAdder duplicates = new LongAdder();
    public final LongAdder failed = new LongAdder();
    public final LongAdder unknown = new LongAdder();
    public final LongAdder delivered = new LongAdder();
    private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

    /** Reasons are an enumeration, so the map stays small. */
    public void failure(Throwable cause) {
        String reason = cause instanceof SkeinException known
                ? known.reason().name()
                : cause.getClass().getSimpleName();
        reasons.computeIfAbsent(reason, unseen -> new LongAdder()).increment();
    }

    public Map<String, Long> reasons() {
        Map<String, Long> sums = new TreeMap<>();
        reasons.forEach((reason, count) -> sums.put(reason, count.sum()));
        return sums;
    }

    public long unanswered() {
        return published.sum() - acknowledged.sum() - failed.sum() - unknown.sum();
    }

    @Override
    public String toString() {
        return published.sum() + " published, " + acknowledged.sum() + " acknowledged, " + unanswered() + " waiting, "
                + failed.sum() + " failed, " + unknown.sum() + " open, " + delivered.sum() + " delivered";
    }
}
