package dev.skein.replication;

import dev.skein.proto.client.v1.HistoryGap;
import java.util.List;

/**
 * A page of a channel's messages.
 *
 * @param extent the channel's extent when the page was read
 * @param messages in the query's direction
 * @param gaps serials within the page's range that can't be read any more, in the query's direction
 * @param nextSerial where the next page starts; 0 when the end (or, backward, the beginning) was reached
 */
public record ChannelPage(ChannelExtent extent, List<TailMessage> messages, List<HistoryGap> gaps, long nextSerial) {

    public ChannelPage {
        messages = List.copyOf(messages);
        gaps = List.copyOf(gaps);
    }
}
