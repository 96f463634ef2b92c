package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.wire.SectionView;
import org.jspecify.annotations.Nullable;

/** A run's messages, read back from its Raft entry. */
final class RunMessages {

    private final String channel;
    private final Run run;
    private final EntryView entry;

    /** The section looked at last; a run's neighbours are mostly in one. */
    private @Nullable SectionView section;

    private int sectionOrdinal;

    private RunMessages(String channel, Run run, EntryView entry) {
        this.channel = channel;
        this.run = run;
        this.entry = entry;
    }

    /** @throws EntryMissingException when the log doesn't have the entry */
    static RunMessages read(EntrySource entries, String channel, Run run) {
        ByteString bytes = entries.read(run.index())
                .orElseThrow(() -> new EntryMissingException(run.index(), channel, run.firstSerial()));
        try {
            return new RunMessages(channel, run, EntryView.of(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new StateBrokenException("entry " + run.index() + " isn't a shard entry", e);
        }
    }

    /** The message of a serial of the run. */
    PlacedMessage at(long serial) {
        long before = run.firstSerial();
        for (Slice slice : run.slices()) {
            if (serial < before + slice.count()) {
                return at(slice, serial, (int) (serial - before));
            }
            before += slice.count();
        }
        throw mismatch(serial);
    }

    private PlacedMessage at(Slice slice, long serial, int offset) {
        SectionView found = section(slice.section(), serial);
        if (!holds(found, slice.ordinal() + offset)) {
            throw mismatch(serial);
        }
        return new TailSlice(
                        channel,
                        found,
                        slice.ordinal(),
                        slice.count(),
                        serial - offset,
                        slice.shardSerial(),
                        run.timeMillis())
                .at(offset);
    }

    private SectionView section(int ordinal, long serial) {
        SectionView present = section;
        if (present != null && ordinal == sectionOrdinal) {
            return present;
        }
        if (ordinal >= entry.sections()) {
            throw mismatch(serial);
        }
        try {
            SectionView found = entry.section(ordinal);
            section = found;
            sectionOrdinal = ordinal;
            return found;
        } catch (InvalidProtocolBufferException e) {
            throw new StateBrokenException("entry " + run.index() + " holds a malformed section", e);
        }
    }

    /** Whether the section's message is one of this channel, and a stored one. */
    private boolean holds(SectionView found, int ordinal) {
        if (found.ephemeral() || ordinal >= found.messages()) {
            return false;
        }
        int part = 0;
        while (found.first(part + 1) <= ordinal) {
            part++;
        }
        return found.channel(part).equals(channel);
    }

    private StateBrokenException mismatch(long serial) {
        return new StateBrokenException(
                "entry " + run.index() + " doesn't hold serial " + serial + " of " + channel + " where the index says");
    }
}
