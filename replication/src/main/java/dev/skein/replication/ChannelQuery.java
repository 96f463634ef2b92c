package dev.skein.replication;

import java.util.OptionalLong;

/**
 * Which messages to read.
 *
 * @param channel full name, {@code namespace:name}
 * @param fromSerial first serial wanted; ignored when {@code sinceMillis} is present
 * @param backward descending from {@code fromSerial}
 * @param messagesMax messages at most, at least 1
 * @param bytesMax bytes of message bodies at most; one message is returned even if it is larger
 * @param sinceMillis start at the first message whose log time isn't before this
 */
public record ChannelQuery(
        String channel, long fromSerial, boolean backward, int messagesMax, long bytesMax, OptionalLong sinceMillis) {

    /** Ascending from a serial. */
    public static ChannelQuery forward(String channel, long fromSerial, int messagesMax, long bytesMax) {
        return new ChannelQuery(channel, fromSerial, false, messagesMax, bytesMax, OptionalLong.empty());
    }
}
