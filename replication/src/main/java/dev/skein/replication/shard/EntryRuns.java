package dev.skein.replication.shard;

import java.util.ArrayList;
import java.util.List;

/**
 * The runs that an entry made, in a row of {@link Keys#ENTRIES}. Written once: a run that retention took alone, by count or bytes, stays
 * named here until the entry's turn comes.
 *
 * @param timeMillis log time of the entry
 * @param runs one per channel
 */
record EntryRuns(long timeMillis, List<Name> runs) {

    /**
     * Which run.
     *
     * @param channel full name
     * @param firstSerial of the run
     */
    record Name(String channel, long firstSerial) {}

    static final EntryRuns NONE = new EntryRuns(0, List.of());

    static RowWriter begin(long timeMillis, int runs) {
        return new RowWriter().number(timeMillis).number(runs);
    }

    static void add(RowWriter row, ChannelHead head, long firstSerial) {
        row.bytes(head.name).number(firstSerial);
    }

    /** Only the time. */
    static long timeMillis(byte[] row) {
        return new RowReader(row).number();
    }

    static EntryRuns read(byte[] row) {
        RowReader reader = new RowReader(row);
        long time = reader.number();
        int count = reader.count(2);
        List<Name> runs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            runs.add(new Name(reader.text(), reader.number()));
        }
        return new EntryRuns(time, runs);
    }
}
