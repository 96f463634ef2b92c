package dev.skein.replication.shard;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring runs of a channel, stored together: a row for each run would be most of what applying to many channels costs. The block
 * that still grows is part of its channel's {@link ChannelHead}; a full one becomes a row of {@link Keys#RUNS}. In the row, index, time
 * and shard serial are differences to the run before.
 */
final class RunBlock {

    /** More makes heads longer, which are written with every batch; fewer makes more rows. */
    private static final int RUNS_MAX = 16;

    private static final int BYTES_MAX = 1024;

    /** A slice is four numbers. */
    private static final int SLICE_BYTES_MIN = 4;

    private final long firstSerial;
    private final RowWriter row = new RowWriter();
    private int runs;
    private @Nullable Run last;

    /**
     * An empty block.
     *
     * @param firstSerial that the first run will have
     */
    RunBlock(long firstSerial) {
        this.firstSerial = firstSerial;
    }

    static RunBlock read(long firstSerial, byte[] row) {
        RunBlock block = new RunBlock(firstSerial);
        runs(firstSerial, row).forEach(block::add);
        return block;
    }

    static List<Run> runs(long firstSerial, byte[] row) {
        RowReader reader = new RowReader(row);
        List<Run> runs = new ArrayList<>(RUNS_MAX);
        Run before = start(firstSerial);
        while (reader.hasMore()) {
            before = run(reader, before);
            runs.add(before);
        }
        return runs;
    }

    long firstSerial() {
        return firstSerial;
    }

    boolean isFull() {
        return runs >= RUNS_MAX || row.size() >= BYTES_MAX;
    }

    void add(Run run) {
        Run before = last == null ? start(firstSerial) : last;
        row.number(run.index() - before.index())
                .number(run.timeMillis() - before.timeMillis())
                .number(run.count())
                .number(run.bytes())
                .number(run.slices().size());
        long shardSerial = before.lastShardSerial();
        for (Slice slice : run.slices()) {
            row.number(slice.section())
                    .number(slice.ordinal())
                    .number(slice.count())
                    .number(slice.shardSerial() - shardSerial);
            shardSerial = slice.shardSerial();
        }
        last = run;
        runs++;
    }

    List<Run> runs() {
        return runs(firstSerial, row());
    }

    /** Writes the block as a part of another row. */
    RowWriter append(RowWriter to) {
        return to.row(row);
    }

    byte[] row() {
        return row.done();
    }

    /** Stands before the first run. */
    private static Run start(long firstSerial) {
        return new Run(firstSerial, 0, 0, 0, 0, List.of());
    }

    private static Run run(RowReader reader, Run before) {
        long index = before.index() + reader.number();
        long time = before.timeMillis() + reader.number();
        int count = reader.count();
        long bytes = reader.number();
        int size = reader.count(SLICE_BYTES_MIN);
        List<Slice> slices = new ArrayList<>(size);
        long shardSerial = before.lastShardSerial();
        for (int i = 0; i < size; i++) {
            Slice slice = new Slice(reader.count(), reader.count(), reader.count(), shardSerial + reader.number());
            slices.add(slice);
            shardSerial = slice.shardSerial();
        }
        return new Run(before.lastSerial() + 1, index, time, count, bytes, slices);
    }
}
