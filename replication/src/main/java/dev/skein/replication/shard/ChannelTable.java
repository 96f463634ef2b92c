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

    /** About 500 bytes each; a channel that isn't among them costs a read of the store when it gets a message. */
    private static final int RECENT_MAX = 2_048;

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
            index(head, run);
            EntryRuns.add(row, head, run.firstSerial());
            touched.add(head);
        }
        writes.append(Keys.numbered(Keys.ENTRIES, progress.index), row.done());
        ofEntry.clear();
        return touched;
    }

    /** The oldest run of a channel that retains some. */
    Run oldest(ChannelHead head) {
        if (head.oldest.isEmpty()) {
            lookUpOldest(head);
        }
        Run run = head.oldest.peek();
        if (run == null || run.firstSerial() != head.firstSerial) {
            throw new StateBrokenException(
                    "channel " + head.channel + " starts at " + head.firstSerial + " but its oldest run is " + run);
        }
        return run;
    }

    /** Takes the oldest run away from its channel. */
    void trim(ChannelHead head) {
        Run run = oldest(head);
        head.oldest.remove();
        head.firstSerial = run.lastSerial() + 1;
        head.bytes -= run.bytes();
        head.trimmedTime = run.timeMillis();
        if (head.isEmpty()) {
            removeBlock(head);
            head.open = new RunBlock(head.firstSerial);
        }
        heads.changed(head.channel, head);
        progress.digest.add(run.index());
        progress.digest.add(head.firstSerial);
    }

    void settle() {
        heads.settle((channel, head) -> writes.put(Keys.head(head), head.row()));
    }

    private void index(ChannelHead head, Run run) {
        head.open.add(run);
        if (head.open.isFull()) {
            writes.append(Keys.run(head.channel, head.open.firstSerial()), head.open.row());
            head.open = new RunBlock(head.lastSerial + 1);
        }
    }

    /** What is left of the first block; when nothing is, the block goes and the next one is the first. */
    private void lookUpOldest(ChannelHead head) {
        addRetained(head);
        if (head.oldest.isEmpty()) {
            removeBlock(head);
            addRetained(head);
        }
    }

    private void addRetained(ChannelHead head) {
        for (Run run : firstBlock(head)) {
            if (run.firstSerial() >= head.firstSerial) {
                head.oldest.add(run);
            }
        }
    }

    private List<Run> firstBlock(ChannelHead head) {
        if (head.firstBlock == head.open.firstSerial()) {
            return head.open.runs();
        }
        byte[] row = writes.get(Keys.run(head.channel, head.firstBlock));
        if (row == null) {
            throw new StateBrokenException("channel " + head.channel + " has no block of runs at " + head.firstBlock);
        }
        return RunBlock.runs(head.firstBlock, row);
    }

    /** Everything in the first block is gone. */
    private void removeBlock(ChannelHead head) {
        if (head.firstBlock != head.open.firstSerial()) {
            writes.remove(Keys.run(head.channel, head.firstBlock));
        }
        head.firstBlock = head.firstSerial;
    }
}
