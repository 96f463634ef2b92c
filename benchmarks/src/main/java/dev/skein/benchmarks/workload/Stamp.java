package dev.skein.benchmarks.workload;

import java.nio.ByteBuffer;
import java.util.Random;

/** Payloads that carry their intended time, so that a subscriber in the same process can tell how old they are. Immutable. */
final class Stamp {

    static final int BYTES_MIN = Long.BYTES;

    private final byte[] template;

    /** @param payloadBytes at least {@link #BYTES_MIN}; the rest of the payload can't be compressed */
    Stamp(int payloadBytes, Random random) {
        template = new byte[Math.max(BYTES_MIN, payloadBytes)];
        random.nextBytes(template);
    }

    byte[] payload(long intendedNanos) {
        byte[] payload = template.clone();
        ByteBuffer.wrap(payload).putLong(0, intendedNanos);
        return payload;
    }

    /** Carries no time, and is always the same. */
    byte[] unstamped() {
        return template;
    }

    static long intendedNanos(ByteBuffer payload) {
        return payload.getLong(payload.position());
    }
}
