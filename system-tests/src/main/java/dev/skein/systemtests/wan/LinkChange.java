package dev.skein.systemtests.wan;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a way gets worse.
 *
 * @param delayMillis one way; negative: as it is
 * @param jitterPercent uniform extra delay as a part of the delay; negative: as it is
 * @param lossPercent lost packets, in bursts; negative: as it is
 * @param bytesPerSecond 0: unlimited; negative: as it is
 */
public record LinkChange(double delayMillis, double jitterPercent, double lossPercent, long bytesPerSecond) {

    /** Everything takes longer. */
    public static LinkChange slow(double delayMillis) {
        return new LinkChange(delayMillis, 20, -1, -1);
    }

    /** Packets are lost. */
    public static LinkChange lossy(double percent) {
        return new LinkChange(-1, -1, percent, -1);
    }

    /** Little fits through. */
    public static LinkChange narrow(long bytesPerSecond) {
        return new LinkChange(-1, -1, -1, bytesPerSecond);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "delayMs", delayMillis);
        put(json, "jitterPercent", jitterPercent);
        put(json, "lossPercent", lossPercent);
        put(json, "bytesPerSecond", bytesPerSecond);
        return json;
    }

    private static void put(Map<String, Object> json, String name, Number value) {
        if (value.doubleValue() >= 0) {
            json.put(name, value);
        }
    }
}
