package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.system.SectionClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes sections of {@link #MESSAGES} messages of one channel, channel after channel, on the thread that calls. Each payload begins with the
 * message's number: that of its section times {@link #MESSAGES}, plus its place in the section.
 */
final class SectionLoad {

    static final int MESSAGES = 100;

    /** With fewer, servers that need a quarter of a second for an answer would never be saturated; still far from what a session may have unanswered. */
    private static final int WINDOW_MIN = 300;

    private static final int WINDOW_MAX = 4_000;
    private static final long NAP_NANOS = 100_000;

    /** Sections that wait here for room on a connection are not offered any more when they are later than this. */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SectionClient client;
    private final SectionLedger ledger;
    private final List<String> channels;
    private final byte[] template;
    private final SendWindow window = new SendWindow(WINDOW_MIN, WINDOW_MAX, System.nanoTime());
    private int turn;
    private int heldBack;

    SectionLoad(SectionClient client, SectionLedger ledger, List<String> channels, int payloadBytes) {
        this.client = client;
        this.ledger = ledger;
        this.channels = List.copyOf(channels);
        this.template = new byte[Math.max(Long.BYTES, payloadBytes)];
        new Random(payloadBytes).nextBytes(template);
    }

    /** As many sections as are answered, with about a quarter of a second of them unanswered; answers the first one's number. */
    int saturate(Duration time) {
        int first = ledger.sentCount();
        long end = System.nanoTime() + time.toNanos();
        for (long now = System.nanoTime(); now - end < 0; now = System.nanoTime()) {
            int room = window.size(now, ledger::answeredCount);
            if (ledger.sentCount() - ledger.answeredCount() >= room || !offer(now)) {
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
        return first;
    }

    /** So many sections a second, whatever becomes of them; answers the first one's number. */
    int pace(double sectionsPerSecond, Duration time) {
        int first = ledger.sentCount();
        long interval = (long) (TimeUnit.SECONDS.toNanos(1) / sectionsPerSecond);
        long intended = System.nanoTime();
        long end = intended + time.toNanos();
        while (intended - end < 0) {
            long late = System.nanoTime() - intended;
            if (late < 0) {
                LockSupport.parkNanos(-late);
            } else if (offer(intended)) {
                intended += interval;
            } else if (late > LATE_NANOS) {
                heldBack++;
                intended += interval;
            } else {
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
        return first;
    }

    /** Waits for answers; whether all have come. */
    boolean drain(Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        while (ledger.answeredCount() < ledger.sentCount() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(NAP_NANOS);
        }
        return ledger.answeredCount() == ledger.sentCount();
    }

    /** Sections that no connection had room for. */
    int heldBack() {
        return heldBack;
    }

    private boolean offer(long intended) {
        turn = turn + 1 == channels.size() ? 0 : turn + 1;
        int section = ledger.sending(intended);
        boolean sent = client.offer(channels.get(turn), payloads(section), section);
        if (!sent) {
            ledger.notSent();
        }
        return sent;
    }

    private byte[][] payloads(int section) {
        byte[][] payloads = new byte[MESSAGES][];
        for (int i = 0; i < MESSAGES; i++) {
            payloads[i] = template.clone();
            ByteBuffer.wrap(payloads[i]).putLong(0, (long) section * MESSAGES + i);
        }
        return payloads;
    }
}
