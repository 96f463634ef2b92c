package dev.skein.replication.shard;

import dev.skein.replication.store.Cursor;
import dev.skein.replication.store.StoreReader;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A channel's runs in one view of the state, from the one with a retained serial on, upwards or downwards: full blocks and the one that grows. */
final class RunCursor implements AutoCloseable {

    private final ChannelHead head;
    private final boolean down;
    private final Deque<Run> runs = new ArrayDeque<>();

    /** Full blocks still to come; none when the cursor is past them. */
    private @Nullable Cursor blocks;

    private RunCursor(ChannelHead head, boolean down) {
        this.head = head;
        this.down = down;
    }

    /** Starts at the run that holds the serial. */
    static RunCursor up(StoreReader view, ChannelHead head, long serial) {
        RunCursor cursor = new RunCursor(head, false);
        if (serial >= head.open.firstSerial()) {
            cursor.take(head.open.runs());
        } else {
            cursor.blocks =
                    view.ascending(Keys.run(head.channel, blockOf(view, head, serial)), Keys.runsEnd(head.channel));
        }
        cursor.skipTo(serial);
        return cursor;
    }

    /** Starts at the run that holds the serial. */
    static RunCursor down(StoreReader view, ChannelHead head, long serial) {
        RunCursor cursor = new RunCursor(head, true);
        if (serial >= head.open.firstSerial()) {
            cursor.take(head.open.runs());
        }
        cursor.blocks = stored(view, head, serial);
        cursor.skipTo(serial);
        return cursor;
    }

    /** The run that holds a retained serial. */
    static Run at(StoreReader view, ChannelHead head, long serial) {
        try (RunCursor cursor = up(view, head, serial)) {
            return cursor.next();
        }
    }

    /** @throws StateBrokenException when there is none, or it doesn't follow the one before: only retained serials may be asked for */
    Run next() {
        fill();
        Run run = runs.poll();
        if (run == null) {
            throw new StateBrokenException(head.channel + " has retained messages that aren't indexed");
        }
        return run;
    }

    @Override
    public void close() {
        if (blocks != null) {
            blocks.close();
        }
    }

    private void skipTo(long serial) {
        fill();
        while (!runs.isEmpty() && !holds(runs.peek(), serial)) {
            runs.poll();
        }
        if (runs.isEmpty()) {
            close();
            throw new StateBrokenException("serial " + serial + " of " + head.channel + " is retained but not indexed");
        }
    }

    private static boolean holds(Run run, long serial) {
        return run.firstSerial() <= serial && serial <= run.lastSerial();
    }

    private void fill() {
        if (!runs.isEmpty()) {
            return;
        }
        if (blocks != null && blocks.next()) {
            take(RunBlock.runs(Keys.lastNumber(blocks.key()), blocks.value()));
        } else if (blocks != null && !down) {
            blocks.close();
            blocks = null;
            take(head.open.runs());
        }
    }

    private void take(List<Run> block) {
        if (down) {
            Collections.reverse(block);
        }
        runs.addAll(block);
    }

    /** First serial of the full block with a serial. */
    private static long blockOf(StoreReader view, ChannelHead head, long serial) {
        try (Cursor found = stored(view, head, serial)) {
            return found.next() ? Keys.lastNumber(found.key()) : serial;
        }
    }

    /** Full blocks downwards, from the one with a serial on. */
    private static Cursor stored(StoreReader view, ChannelHead head, long serial) {
        return view.descending(Keys.run(head.channel, 0), Keys.run(head.channel, serial + 1));
    }
}
