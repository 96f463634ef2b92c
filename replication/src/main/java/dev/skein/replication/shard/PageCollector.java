package dev.skein.replication.shard;

import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.client.v1.HistoryGap;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.TailMessage;
import java.util.ArrayList;
import java.util.List;

/** Gathers a page within its limits, in the query's direction. */
final class PageCollector {

    /** Expired messages a page may pass over besides what it returns: keeps a page's work bounded. */
    private static final int PASSED_OVER_MAX = 1_000;

    private final ChannelQuery query;
    private final long nowMillis;
    private final List<TailMessage> messages = new ArrayList<>();
    private final List<HistoryGap> gaps = new ArrayList<>();
    private long bytes;
    private int passedOver;

    PageCollector(ChannelQuery query, long nowMillis) {
        this.query = query;
        this.nowMillis = nowMillis;
    }

    /** Takes a message, or notes that it expired; false when the page is full and the message wasn't taken. */
    boolean take(PlacedMessage message) {
        if (MessageFields.of(message.body()).isAlive(message.timeMillis(), nowMillis)) {
            return takeAlive(message);
        }
        if (passedOver == PASSED_OVER_MAX) {
            return false;
        }
        passedOver++;
        gap(message.serial(), message.serial(), GapCause.GAP_CAUSE_EXPIRED);
        return true;
    }

    /** Notes serials that can't be read; neighbours of one cause become one gap. */
    void gap(long first, long last, GapCause cause) {
        int newest = gaps.size() - 1;
        if (newest >= 0 && gaps.get(newest).getCause() == cause) {
            HistoryGap gap = gaps.get(newest);
            if (gap.getLastSerial() + 1 == first) {
                gaps.set(newest, gap.toBuilder().setLastSerial(last).build());
                return;
            }
            if (gap.getFirstSerial() - 1 == last) {
                gaps.set(newest, gap.toBuilder().setFirstSerial(first).build());
                return;
            }
        }
        gaps.add(HistoryGap.newBuilder()
                .setFirstSerial(first)
                .setLastSerial(last)
                .setCause(cause)
                .build());
    }

    ChannelPage page(ChannelExtent extent, long nextSerial) {
        return new ChannelPage(extent, messages, gaps, nextSerial);
    }

    private boolean takeAlive(PlacedMessage message) {
        int size = message.body().size();
        boolean fits = messages.size() < Math.max(1, query.messagesMax())
                && (messages.isEmpty() || bytes + size <= query.bytesMax());
        if (fits) {
            messages.add(message.encode());
            bytes += size;
        }
        return fits;
    }
}
