package dev.skein.replication.shard;

/** A rolling digest: order matters, one changed bit anywhere changes about half of the result. Not against an attacker. */
final class Digest {

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private long value;

    Digest(long value) {
        this.value = value;
    }

    void add(long effect) {
        long mixed = (value ^ effect) * MULTIPLIER;
        value = mixed ^ (mixed >>> 29);
    }

    long value() {
        return value;
    }
}
