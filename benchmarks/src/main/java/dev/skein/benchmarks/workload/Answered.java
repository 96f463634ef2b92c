package dev.skein.benchmarks.workload;

/** Told of each acknowledgement, on the client's threads; must not block. */
@FunctionalInterface
interface Answered {

    /** @param intendedNanos when the message was meant to be sent */
    void answered(long intendedNanos, long nowNanos);
}
