package dev.skein.replication.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The channels' heads and the index of their messages. Serials are given out here: contiguous per channel and per shard. Owned by
 * the apply thread.
 */
final class ChannelTable {

    /** About 200 bytes each; a channel that isn't among them costs a read of the store when it gets a message. */
    private static final int RECENT_MAX = 4_096;

    private final PendingWrites writes;
    private final Progress progress;
    private final RecentRows<String, ChannelHead> heads = new RecentRows<>(RECENT_MAX);
    private final Map<String, RunBuilder> ofEntry = new LinkedHashMap<>();

    ChannelTable(PendingWrites writes, Progress progress) {
        this.writes = writes;
        this.progress = progress;
    }

    /** The channel's head; an empty one when it has had no message. */
    ChannelHead head(String channel) {
        return heads.get(channel, name -> ChannelHead.read(name, writes.get(Keys.head(name))));
    }

    /** Where a channel's messages of this entry go. */
    RunBuilder run(String channel) {
        RunBuilder run = ofEntry.get(channel);
        if (run == null) {
            ChannelHead head = head(channel);
            heads.changed(channel, head);
            run = new RunBuilder(head);
            ofEntry.put(channel, run);
        }
        return run;
    }

    /**
     * Gives a message its channel's next serial and the shard's.
     *
     * @param section ordinal of the section in the entry
     * @param ordinal of the message in the section
     */
    void append(RunBuilder run, int section, int ordinal, int bytes) {
        run.head.lastSerial++;
        run.head.bytes += bytes;
        progress.shardSerial++;
        run.add(section, ordinal, bytes, progress.shardSerial);
    }

    /** Indexes the entry's messages; returns the channels that got some. */
    List<ChannelHead> endEntry() {
        if (ofEntry.isEmpty()) {
            return List.of();
        }
        List<ChannelHead> touched = new ArrayList<>(ofEntry.size());
        RowWriter row = EntryRuns.begin(progress.logTime, ofEntry.size());
        for (RunBuilder builder : ofEntry.values()) {
            ChannelHead head = builder.head;
            Run run = builder.build(progress.index, progress.logTime);
            writes.append(Keys.run(head.channel, run.firstSerial()), run.row());
            EntryRuns.add(row, head.channel, run.firstSerial());
            if (head.firstSerial == run.firstSerial()) {
                head.oldest = run;
            }
            touched.add(head);
        }
        writes.append(Keys.numbered(Keys.ENTRIES, progress.index), row.done());
        ofEntry.clear();
        return touched;
    }

    /** Takes the oldest run away from its channel. */
    void trim(ChannelHead head, Run run) {
        if (head.firstSerial != run.firstSerial()) {
            throw new StateBrokenException("channel " + head.channel + " starts at " + head.firstSerial
                    + " but its oldest run at " + run.firstSerial());
        }
        writes.remove(Keys.run(head.channel, run.firstSerial()));
        head.firstSerial = run.lastSerial() + 1;
        head.bytes -= run.bytes();
        head.trimmedTime = run.timeMillis();
        head.oldest = null;
        heads.changed(head.channel, head);
        progress.digest.add(run.index());
        progress.digest.add(head.firstSerial);
    }

    void settle() {
        heads.settle((channel, head) -> writes.put(Keys.head(channel), head.row()));
    }
}
