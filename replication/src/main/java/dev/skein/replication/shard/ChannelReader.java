package dev.skein.replication.shard;

import dev.skein.core.TimeSource;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.store.Cursor;
import dev.skein.replication.store.ShardStore;
import dev.skein.replication.store.StoreView;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads channels, from any thread. Each answer comes from one view of the store, so that head, index and progress belong
 * together whatever apply writes meanwhile. The messages themselves come from the log; a view may be older than what retention has
 * let go of since, so a missing entry counts only when a fresh view still needs it.
 */
final class ChannelReader {

    private static final int ATTEMPTS = 3;

    private final ShardStore store;
    private final EntrySource entries;
    private final TimeSource time;
    private final LoadGuard guard;

    ChannelReader(ShardStore store, EntrySource entries, TimeSource time, LoadGuard guard) {
        this.store = store;
        this.entries = entries;
        this.time = time;
        this.guard = guard;
    }

    ChannelExtent extent(String channel) {
        try (StoreView view = guard.view(store)) {
            ChannelHead head = head(view, channel);
            return new ChannelExtent(progress(view).epoch(), head.firstSerial, head.lastSerial);
        }
    }

    ChannelPage read(ChannelQuery query) {
        for (int attempt = 1; ; attempt++) {
            try (StoreView view = guard.view(store)) {
                return new PageReader(view, entries, query, time.wallMillis()).read();
            } catch (EntryMissingException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    void dump(Consumer<DumpedMessage> rows) {
        try (StoreView view = guard.view(store);
                Cursor heads = view.ascending(Keys.start(Keys.HEADS), Keys.end(Keys.HEADS))) {
            Dump dump = new Dump(this, view, rows);
            while (heads.next()) {
                String channel = Keys.headChannel(heads.key());
                dump.channel(ChannelHead.read(channel, heads.value()));
            }
        }
    }

    OptionalLong oldestRetainedMillis() {
        try (StoreView view = guard.view(store);
                Cursor runs = retained(view, 0)) {
            if (!runs.next()) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(EntryRuns.timeMillis(runs.value()));
        }
    }

    List<Long> retainedIndexes(long from, int max) {
        List<Long> indexes = new ArrayList<>();
        try (StoreView view = guard.view(store);
                Cursor runs = retained(view, from)) {
            while (indexes.size() < max && runs.next()) {
                indexes.add(Keys.number(runs.key()));
            }
        }
        return indexes;
    }

    /** A run's messages; null when retention took the run since the view was taken. */
    @Nullable
    RunMessages messages(String channel, Run run) {
        try {
            return RunMessages.read(entries, channel, run);
        } catch (EntryMissingException e) {
            try (StoreView now = guard.view(store)) {
                if (head(now, channel).firstSerial > run.lastSerial()) {
                    return null;
                }
            }
            throw e;
        }
    }

    /** Starts behind what the sweep has passed, rather than walking over its tombstones. */
    private static Cursor retained(StoreView view, long from) {
        long start = Math.max(from, progress(view).trimmedBelow);
        return view.ascending(Keys.numbered(Keys.ENTRIES, start), Keys.end(Keys.ENTRIES));
    }

    private static ChannelHead head(StoreView view, String channel) {
        return ChannelHead.read(channel, view.get(Keys.head(channel)));
    }

    private static Progress progress(StoreView view) {
        return Progress.read(view.get(Keys.meta()));
    }
}
