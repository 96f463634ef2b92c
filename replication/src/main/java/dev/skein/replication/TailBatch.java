package dev.skein.replication;

import java.util.List;

/**
 * New messages of one channel.
 *
 * @param channel full name
 * @param epoch of all of them
 * @param messages in order
 */
public record TailBatch(String channel, long epoch, List<TailMessage> messages) {

    public TailBatch {
        messages = List.copyOf(messages);
    }
}
