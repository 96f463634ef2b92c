package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.system.SectionClient.Answers;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of every section that was sent. Sections are numbered from 0, in the order in which they were sent; the number is the token. Thread-safe.
 */
final class SectionLedger implements Answers {

    private static final long UNANSWERED = 0;
    private static final long REFUSED_OTHERWISE = Long.MIN_VALUE;
    private static final String OVERLOADED = "OVERLOADED";

    /** Intended times. */
    private long[] intended = new long[1 << 12];

    /** When it was taken, as a distance from the ledger's beginning; below 0: when it was refused. */
    private long[] answered = new long[1 << 12];

    private final long beginningNanos = System.nanoTime();
    private int sent;
    private int answers;
    private int retryAfterMillisMax;

    /** As many as the catalogue has reasons. */
    private final Map<String, Integer> reasons = new TreeMap<>();

    /** A section is about to be sent; answers its number. */
    synchronized int sending(long intendedNanos) {
        if (sent == intended.length) {
            intended = Arrays.copyOf(intended, sent * 2);
            answered = Arrays.copyOf(answered, sent * 2);
        }
        intended[sent] = intendedNanos;
        return sent++;
    }

    /** The last one was not sent after all. */
    synchronized void notSent() {
        sent--;
    }

    @Override
    public synchronized void taken(long token) {
        answered[(int) token] = now();
        answers++;
    }

    @Override
    public synchronized void refused(long token, String reason, int retryAfterMillis) {
        boolean asAgreed = reason.equals(OVERLOADED) && retryAfterMillis > 0;
        answered[(int) token] = asAgreed ? -now() : REFUSED_OTHERWISE;
        answers++;
        reasons.merge(reason, 1, Integer::sum);
        retryAfterMillisMax = Math.max(retryAfterMillisMax, retryAfterMillis);
    }

    private long now() {
        return Math.max(1, System.nanoTime() - beginningNanos);
    }

    /** How many were sent; the next one's number. */
    synchronized int sentCount() {
        return sent;
    }

    /** How many have been answered. */
    synchronized int answeredCount() {
        return answers;
    }

    synchronized boolean isTaken(int section) {
        return section < sent && answered[section] > UNANSWERED;
    }

    /** What became of the sections from one number to before another. */
    synchronized Span span(int from, int to) {
        double[] latencies = new double[to - from];
        int taken = 0;
        int refused = 0;
        int otherwise = 0;
        for (int section = from; section < to; section++) {
            long at = answered[section];
            if (at > UNANSWERED) {
                latencies[taken++] = (at + beginningNanos - intended[section]) / 1e6;
            } else if (at == REFUSED_OTHERWISE) {
                otherwise++;
            } else if (at < UNANSWERED) {
                refused++;
            }
        }
        double[] sorted = Arrays.copyOf(latencies, taken);
        Arrays.sort(sorted);
        return new Span(to - from, refused, otherwise, sorted);
    }

    /** The first section from a number on that was intended at that time or later; what was sent when there is none. */
    synchronized int firstSince(int from, long intendedNanos) {
        int section = from;
        while (section < sent && intended[section] - intendedNanos < 0) {
            section++;
        }
        return section;
    }

    /** Reasons of refusals with their numbers. Empty when nothing was refused. */
    synchronized String refusals() {
        return reasons.isEmpty()
                ? ""
                : "sections refused: "
                        + reasons.entrySet().stream()
                                .map(each -> each.getKey() + " " + each.getValue())
                                .collect(Collectors.joining(", "))
                        + " (retry after at most " + retryAfterMillisMax + " ms)";
    }

    /**
     * Neighbouring sections.
     *
     * @param sections all of them
     * @param refused as OVERLOADED with a delay
     * @param refusedOtherwise in any other way
     * @param millis from the intended time of each taken one to its answer, ascending
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Span(int sections, int refused, int refusedOtherwise, double[] millis) {

        int taken() {
            return millis.length;
        }

        /** Whether every one was taken. */
        boolean isWhole() {
            return taken() == sections && sections > 0;
        }

        double percentile(double part) {
            return Journeys.percentile(millis, part);
        }
    }
}
