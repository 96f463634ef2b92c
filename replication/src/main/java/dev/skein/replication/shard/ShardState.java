package dev.skein.replication.shard;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.replication.store.ShardStore;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that applying an entry may change, put together. Memory holds only what the present batch changed and a few recent
 * rows; the rest is in the store. Owned by the apply thread; made anew when a snapshot was loaded.
 */
final class ShardState {

    final Progress progress;
    final TailCollector tails = new TailCollector();

    private final PendingWrites writes;
    private final ChannelTable channels;
    private final ProducerTable producers;
    private final MessageIdWindow ids;
    private final Retention retention;
    private final SectionApplier sections;
    final PresenceTable presence;

    /** What became of the last entry's changes of presence, in order. */
    List<PresenceOutcome> presenceOutcomes = List.of();

    ShardState(ShardStore store) {
        progress = Progress.read(store.get(Keys.meta()));
        writes = new PendingWrites(store);
        channels = new ChannelTable(writes, progress);
        producers = new ProducerTable(writes, progress);
        ids = new MessageIdWindow(writes, progress);
        retention = new Retention(writes, progress, channels);
        sections = new SectionApplier(progress, channels, producers, ids, tails);
        presence = new PresenceTable(writes, progress, store);
    }

    /** Applies an entry: policy first, then the publishes in order, then retention, then presence. */
    List<PublishOutcome> apply(long index, long term, EntryView entry) throws InvalidProtocolBufferException {
        advance(index, term);
        progress.digest.add(index);
        progress.digest.add(term);
        progress.advanceTime(entry.timeMillis());
        if (entry.policy() != null) {
            progress.adopt(entry.policy());
            ids.policyChanged();
        }
        List<PublishOutcome> outcomes = new ArrayList<>(entry.sections());
        for (int i = 0; i < entry.sections(); i++) {
            outcomes.add(sections.apply(entry.section(i), i));
        }
        ids.endEntry();
        channels.endEntry().forEach(retention::enforce);
        retention.ageOut(entry.trimBeforeMillis());
        sweep();
        presenceOutcomes = entry.presence().stream().map(presence::apply).toList();
        return outcomes;
    }

    /** Goes past an entry that isn't the shard's own. No effect, so not part of the digest. */
    void advance(long index, long term) {
        progress.index = index;
        progress.term = term;
    }

    /** Writes the batch. */
    void flush(ShardStore store) {
        channels.settle();
        producers.settle();
        writes.put(Keys.meta(), progress.row());
        store.write(writes);
        writes.clear();
    }

    private void sweep() {
        retention.sweep();
        ids.sweep();
        producers.sweep();
    }
}
