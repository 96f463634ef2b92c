package dev.skein.benchmarks.report;

/** Everything that a row can say. The names in JSON are API. */
public enum Figure {
    /** Messages acknowledged, or read, a second. */
    MSGS_PER_SEC("msgsPerSec", "msg/s", 0, true),
    /** Copies of messages that reached subscribers, a second. */
    DELIVERIES_PER_SEC("deliveriesPerSec", "deliv/s", 0, true),
    /** Publish to acknowledgement; of fan-out: publish to delivery. */
    P50_MS("p50Ms", "p50 ms", 2, false),
    P99_MS("p99Ms", "p99 ms", 2, false),
    P999_MS("p999Ms", "p99.9 ms", 2, false),
    /** Publish to delivery. */
    DELIVERY_P50_MS("deliveryP50Ms", "deliv p50", 2, false),
    DELIVERY_P99_MS("deliveryP99Ms", "deliv p99", 2, false),
    DELIVERY_P999_MS("deliveryP999Ms", "deliv p99.9", 2, false),
    /** Longest time without an acknowledgement after a failure. */
    GAP_P50_MS("gapP50Ms", "gap p50", 0, false),
    GAP_P99_MS("gapP99Ms", "gap p99", 0, false),
    /** Processor seconds of all servers for a million messages (of fan-out: of deliveries). */
    SERVER_CPU("serverCpuSecPerMillion", "srv cpu-s/M", 2, false),
    /** Processor seconds of the load generator for a million messages. */
    CLIENT_CPU("clientCpuSecPerMillion", "cli cpu-s/M", 2, false),
    /** Percent of one core that all servers together take. */
    IDLE_CPU("cpuPercentOfCore", "cpu %core", 1, false),
    /** Resident memory of the largest server. */
    RSS_MIB("rssMiB", "rss MiB", 0, false),
    /** Bytes written towards the disk by one replica for each byte of payload. */
    BYTES_WRITTEN("bytesWrittenPerPayloadByte", "written/B", 2, false),
    /** Publishes that failed or were never answered, in all. */
    FAILED("failed", "failed", 0, false);

    private final String json;
    private final String heading;
    private final int decimals;
    private final boolean moreIsBetter;

    Figure(String json, String heading, int decimals, boolean moreIsBetter) {
        this.json = json;
        this.heading = heading;
        this.decimals = decimals;
        this.moreIsBetter = moreIsBetter;
    }

    /** Its name in JSON. */
    public String json() {
        return json;
    }

    /** Its column's heading. */
    public String heading() {
        return heading;
    }

    /** Digits after the point. */
    public int decimals() {
        return decimals;
    }

    /** Whether a larger value is a better one. */
    public boolean moreIsBetter() {
        return moreIsBetter;
    }
}
