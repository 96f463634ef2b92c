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
    /** Messages that were sent to a system that was to be overloaded, a second. */
    OFFERED_PER_SEC("offeredPerSec", "offered/s", 0, true),
    /** Messages that it refused as OVERLOADED with a delay after which to try again, a second. */
    REFUSED_PER_SEC("refusedPerSec", "refused/s", 0, false),
    /** Messages that were refused in another way, in all. */
    REFUSED_OTHERWISE("refusedOtherwise", "refused else", 0, false),
    /** Messages that were acknowledged and couldn't be read back. */
    MISSING("ackedButMissing", "missing", 0, false),
    /** From the end of an overload until latency was normal again. */
    RECOVERY_SECONDS("recoverySeconds", "recovery s", 1, false),
    /** Publish to acknowledgement, less the round trip to the nearest region. */
    ACK_BEYOND_P50_MS("ackBeyondRttP50Ms", "ack-rtt p50", 2, false),
    ACK_BEYOND_P99_MS("ackBeyondRttP99Ms", "ack-rtt p99", 2, false),
    /** Delivery in the worse of the other regions, less acknowledgement and one way's delay. */
    DELIVERY_BEYOND_P50_MS("deliveryBeyondOneWayP50Ms", "deliv-way p50", 2, false),
    DELIVERY_BEYOND_P99_MS("deliveryBeyondOneWayP99Ms", "deliv-way p99", 2, false),
    /** Percent of one core that all servers together take. */
    IDLE_CPU("cpuPercentOfCore", "cpu %core", 1, false),
    /** Resident memory of the largest server. */
    RSS_MIB("rssMiB", "rss MiB", 0, false),
    /** Resident memory of a server that one more channel takes, in bytes. */
    RESIDENT_PER_CHANNEL("residentBytesPerChannel", "B/channel", 0, false),
    /** Heap in use that one more channel takes, in bytes. */
    HEAP_PER_CHANNEL("heapBytesPerChannel", "heap B/channel", 0, false),
    /** Heap in use with all channels, of one server. */
    HEAP_MIB("heapMiB", "heap MiB", 0, false),
    /** Resident memory of a server that one more shard's replica takes. */
    RESIDENT_PER_REPLICA("residentKibPerReplica", "KiB/replica", 0, false),
    /** Heap in use that one more idle connection takes, in bytes. */
    HEAP_PER_CONNECTION("heapBytesPerConnection", "heap B/conn", 0, false),
    /** Resident memory of a server that one more idle connection takes, in bytes. */
    RESIDENT_PER_CONNECTION("residentBytesPerConnection", "B/conn", 0, false),
    /** Clients of a lost region that went on elsewhere, in percent. */
    RESUMED_PERCENT("resumedPercent", "resumed %", 2, true),
    /** From the loss until a client went on elsewhere. */
    RESUMED_P50_MS("resumedP50Ms", "resumed p50", 0, false),
    RESUMED_P99_MS("resumedP99Ms", "resumed p99", 0, false),
    /** Publish to delivery for clients of the other regions: before the loss, and from the loss until all went on. */
    OTHERS_BEFORE_P99_MS("othersBeforeP99Ms", "others p99", 2, false),
    OTHERS_DURING_P99_MS("othersDuringP99Ms", "p99 during", 2, false),
    /** Gaps in what was delivered, and messages delivered twice. */
    GAPS("gaps", "gaps", 0, false),
    DUPLICATES("duplicates", "duplicates", 0, false),
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
