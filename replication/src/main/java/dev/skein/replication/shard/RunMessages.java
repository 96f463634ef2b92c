package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.ShardEntry;
import java.io.IOException;

/** A run's messages, read back from its Raft entry. */
final class RunMessages {

    private final String channel;
    private final Run run;
    private final ShardEntry entry;

    private RunMessages(String channel, Run run, ShardEntry entry) {
        this.channel = channel;
        this.run = run;
        this.entry = entry;
    }

    /** @throws EntryMissingException when the log doesn't have the entry */
    static RunMessages read(EntrySource entries, String channel, Run run) {
        ByteString bytes = entries.read(run.index())
                .orElseThrow(() -> new EntryMissingException(run.index(), channel, run.firstSerial()));
        try {
            return new RunMessages(channel, run, Entries.parse(bytes));
        } catch (IOException e) {
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
        int ordinal = slice.ordinal() + offset;
        if (slice.section() >= entry.getSectionsCount()) {
            throw mismatch(serial);
        }
        PublishSection section = entry.getSections(slice.section());
        if (!section.getChannel().equals(channel) || ordinal >= section.getMessagesCount()) {
            throw mismatch(serial);
        }
        long sequence = section.getProducer().isEmpty() ? 0 : section.getFirstSequence() + ordinal;
        return new PlacedMessage(
                serial,
                slice.shardSerial() + offset,
                run.timeMillis(),
                false,
                section.getProducer(),
                sequence,
                section.getMessages(ordinal));
    }

    private StateBrokenException mismatch(long serial) {
        return new StateBrokenException(
                "entry " + run.index() + " doesn't hold serial " + serial + " of " + channel + " where the index says");
    }
}
