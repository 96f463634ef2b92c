package dev.skein.systemtests.faults;

import dev.skein.systemtests.history.History;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long everything took to come back after a power cut, in milliseconds since the processes were started; -1: it never did.
 *
 * @param on what was cut
 * @param ready until each node was
 * @param led until each shard was
 * @param firstReceipt until the first receipt on any channel
 * @param lastFirstReceipt until there was one on each channel that is probed
 */
record PowerBack(PowerOn on, long ready, long led, long firstReceipt, long lastFirstReceipt) {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** From a finished history. */
    static PowerBack of(PowerOn on, History history) {
        Map<Integer, Long> firsts = new HashMap<>();
        long[] first = {Long.MAX_VALUE};
        history.publishes(publish -> {
            if (publish.isAcknowledged() && publish.returnedNanos() >= on.onNanos()) {
                first[0] = Math.min(first[0], publish.returnedNanos());
                if (history.client(publish.client()).role().equals("probe")) {
                    firsts.merge(publish.channel(), publish.returnedNanos(), Math::min);
                }
            }
        });
        long last = firsts.values().stream().mapToLong(Long::longValue).max().orElse(Long.MAX_VALUE);
        return new PowerBack(
                on,
                millis(on.readyNanos(), on),
                on.ledNanos() == 0 ? -1 : millis(on.ledNanos(), on),
                first[0] == Long.MAX_VALUE ? -1 : millis(first[0], on),
                last == Long.MAX_VALUE ? -1 : millis(last, on));
    }

    private static long millis(long nanos, PowerOn on) {
        return (nanos - on.onNanos()) / NANOS_PER_MILLI;
    }

    boolean isWithin(long millis) {
        return firstReceipt >= 0 && firstReceipt <= millis;
    }

    /** For people. */
    List<String> lines() {
        String held = on.messages() == 0 ? "" : ", " + on.messages() + " messages held";
        String times = on.ofEverything()
                ? String.format(
                        Locale.ROOT,
                        ": first receipt %d ms after the start, on every probed channel %d ms; nodes ready %d ms, every"
                                + " shard led %d ms",
                        firstReceipt,
                        lastFirstReceipt,
                        ready,
                        led)
                : String.format(Locale.ROOT, ": ready %d ms after the start", ready);
        List<String> lines = new java.util.ArrayList<>(List.of(on.fault().word() + held + times));
        on.lost().forEach(lost -> lines.add("  " + lost));
        return lines;
    }
}
