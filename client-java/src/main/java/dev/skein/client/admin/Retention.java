package dev.skein.client.admin;

import java.time.Duration;

/**
 * How long messages are kept. Zero means unlimited.
 *
 * @param age age in log time
 * @param bytesPerChannel bytes of message bodies per channel
 * @param messagesPerChannel messages per channel
 */
public record Retention(Duration age, long bytesPerChannel, long messagesPerChannel) {

    /** Everything is kept. */
    public static Retention unlimited() {
        return new Retention(Duration.ZERO, 0, 0);
    }
}
