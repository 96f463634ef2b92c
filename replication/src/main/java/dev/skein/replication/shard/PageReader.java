package dev.skein.replication.shard;

import dev.skein.proto.client.v1.GapCause;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.store.StoreReader;

/** Reads one page of one channel from one view of the state. */
final class PageReader {

    private final StoreReader view;
    private final EntrySource entries;
    private final ChannelQuery query;
    private final String channel;
    private final ChannelHead head;
    private final ChannelExtent extent;
    private final PageCollector page;

    PageReader(StoreReader view, EntrySource entries, ChannelQuery query, long wallMillis) {
        this.view = view;
        this.entries = entries;
        this.query = query;
        this.channel = query.channel();
        Progress progress = Progress.read(view.get(Keys.meta()));
        this.head = ChannelHead.read(channel, view.get(Keys.head(channel)));
        this.extent = new ChannelExtent(progress.epoch(), head.firstSerial, head.lastSerial);
        this.page = new PageCollector(query, Math.max(wallMillis, progress.logTime));
    }

    ChannelPage read() {
        if (query.sinceMillis().isPresent()) {
            noteTrimmedSince();
        }
        return query.backward() ? backward(startBackward()) : forward(startForward());
    }

    private ChannelPage forward(long start) {
        long next = start;
        if (next < head.firstSerial && next <= head.lastSerial) {
            page.gap(next, head.firstSerial - 1, GapCause.GAP_CAUSE_RETENTION);
            next = head.firstSerial;
        }
        if (next > head.lastSerial) {
            return page.page(extent, 0);
        }
        try (RunCursor runs = RunCursor.up(view, head, next)) {
            while (next <= head.lastSerial) {
                Run run = runs.next();
                RunMessages messages = RunMessages.read(entries, channel, run);
                for (; next <= run.lastSerial(); next++) {
                    if (!page.take(messages.at(next))) {
                        return page.page(extent, next);
                    }
                }
            }
        }
        return page.page(extent, 0);
    }

    private ChannelPage backward(long start) {
        long next = start;
        if (next < head.firstSerial) {
            return endBackward(next);
        }
        try (RunCursor runs = RunCursor.down(view, head, next)) {
            while (next >= head.firstSerial) {
                Run run = runs.next();
                RunMessages messages = RunMessages.read(entries, channel, run);
                for (; next >= run.firstSerial(); next--) {
                    if (!page.take(messages.at(next))) {
                        return page.page(extent, next);
                    }
                }
            }
        }
        return endBackward(next);
    }

    private ChannelPage endBackward(long next) {
        if (next >= 1) {
            page.gap(1, next, GapCause.GAP_CAUSE_RETENTION);
        }
        return page.page(extent, 0);
    }

    private long startForward() {
        return query.sinceMillis().isPresent()
                ? firstSerialSince(query.sinceMillis().getAsLong())
                : Math.max(1, query.fromSerial());
    }

    private long startBackward() {
        if (query.sinceMillis().isPresent()) {
            return Math.min(
                    head.lastSerial, firstSerialSince(query.sinceMillis().getAsLong()));
        }
        return query.fromSerial() <= 0 ? head.lastSerial : Math.min(query.fromSerial(), head.lastSerial);
    }

    /** Retention took messages of the time asked for; how many of them is no longer known, so that all are named. */
    private void noteTrimmedSince() {
        if (head.firstSerial > 1 && head.trimmedTime >= query.sinceMillis().getAsLong()) {
            page.gap(1, head.firstSerial - 1, GapCause.GAP_CAUSE_RETENTION);
        }
    }

    /** By halves: times never decrease along a channel. */
    private long firstSerialSince(long sinceMillis) {
        long from = head.firstSerial;
        long to = head.lastSerial + 1;
        while (from < to) {
            Run run = RunCursor.at(view, head, from + (to - from) / 2);
            if (run.timeMillis() >= sinceMillis) {
                to = run.firstSerial();
            } else {
                from = run.lastSerial() + 1;
            }
        }
        return from;
    }
}
