package dev.skein.systemtests.wan;

import java.util.random.RandomGenerator;

/**
 * Gilbert-Elliott packet loss seen from above TCP: packets come in good and bad spells, a chunk with a lost packet stalls until
 * the retransmission, and each lost retransmission doubles the wait.
 */
final class LossModel {

    /** Payload of one packet on an Ethernet path. */
    private static final int PACKET_BYTES = 1_448;

    /** Mean length of a bad spell, in packets. */
    private static final int BURST_PACKETS = 4;

    /** Linux's least retransmission timeout above the round trip. */
    private static final long RTO_NANOS_MIN = 200_000_000;

    /** Retransmissions that may fail in a row; bounds a stall to 63 timeouts. */
    private static final int RETRIES_MAX = 5;

    private final RandomGenerator random;
    private boolean bad;

    LossModel(RandomGenerator random) {
        this.random = random;
    }

    /** How long a chunk waits for its lost packets; 0 when none was lost. */
    long stallNanos(int bytes, double lossFraction, long delayNanos) {
        if (lossFraction == 0) {
            return 0;
        }
        boolean lost = false;
        for (int left = bytes; left > 0; left -= PACKET_BYTES) {
            lost |= nextLost(lossFraction);
        }
        return lost ? retransmissionNanos(lossFraction, delayNanos) : 0;
    }

    private boolean nextLost(double lossFraction) {
        // In balance, the share of bad packets is enter / (enter + leave) = lossFraction.
        double leave = 1.0 / BURST_PACKETS;
        double enter = leave * lossFraction / (1 - lossFraction);
        bad = bad ? random.nextDouble() >= leave : random.nextDouble() < enter;
        return bad;
    }

    private long retransmissionNanos(double lossFraction, long delayNanos) {
        long timeout = 2 * delayNanos + RTO_NANOS_MIN;
        long waited = timeout;
        for (int retry = 0; retry < RETRIES_MAX && random.nextDouble() < lossFraction; retry++) {
            timeout *= 2;
            waited += timeout;
        }
        return waited;
    }
}
