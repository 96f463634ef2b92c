package dev.skein.client;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A page of history.
 *
 * @param query what was asked
 * @param extent the channel's extent when the page was read
 * @param messages ascending, or descending when reading backward
 * @param gaps serials inside the page's range that can't be read any more
 * @param nextSerial where the next page starts; empty when this one reached the end
 */
public record HistoryPage(
        HistoryQuery query, ChannelExtent extent, List<Message> messages, List<Gap> gaps, OptionalLong nextSerial) {

    public HistoryPage {
        messages = List.copyOf(messages);
        gaps = List.copyOf(gaps);
    }

    /** The query for the next page, or empty at the end. */
    public Optional<HistoryQuery> next() {
        return nextSerial.isEmpty()
                ? Optional.empty()
                : Optional.of(query.withFrom(nextSerial.getAsLong()).withEpoch(extent.epoch()));
    }
}
