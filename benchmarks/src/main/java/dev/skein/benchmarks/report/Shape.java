package dev.skein.benchmarks.report;

/**
 * What varies within a workload.
 *
 * @param subscribers of fan-out; 0: none, or one
 */
public record Shape(int payloadBytes, int shards, int channels, int subscribers) {

    /** With another number of channels. */
    Shape withChannels(int others) {
        return new Shape(payloadBytes, shards, others, subscribers);
    }

    /** Without a number of subscribers. */
    public static Shape of(int payloadBytes, int shards, int channels) {
        return new Shape(payloadBytes, shards, channels, 0);
    }
}
