package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.presence.PresenceOutcome;
import java.util.List;

/**
 * Committed entries applied together. Nothing is visible to readers or followers before {@link #finish}. Only for the apply
 * thread; any exception means that the replica must be fenced, and the machine refuses everything afterwards.
 */
public final class ApplyBatch {

    private final ShardMachine machine;
    private final ShardState state;
    private List<PresenceOutcome> presence = List.of();
    private boolean changed;
    private boolean finished;

    ApplyBatch(ShardMachine machine, ShardState state) {
        this.machine = machine;
        this.state = state;
    }

    /**
     * Applies an entry, unless it was applied before a restart.
     *
     * @return what became of its sections, in order; empty when it was applied before
     */
    public List<PublishOutcome> apply(long index, long term, ByteString shardEntryBytes) {
        presence = List.of();
        if (wasApplied(index, term)) {
            return List.of();
        }
        try {
            long previous = state.progress.index;
            List<PublishOutcome> outcomes = state.apply(index, term, EntryView.of(shardEntryBytes));
            presence = state.presenceOutcomes;
            machine.points().applied(previous, index, state.progress.digest.value());
            machine.metrics().applied(outcomes);
            changed = true;
            return outcomes;
        } catch (InvalidProtocolBufferException e) {
            throw machine.broke(new StateBrokenException("entry " + index + " isn't a shard entry", e));
        } catch (RuntimeException e) {
            machine.broke(e);
            throw e;
        }
    }

    /** What became of the last entry's changes of presence, in order; empty when it was applied before. */
    public List<PresenceOutcome> presence() {
        return presence;
    }

    /** Goes past a committed entry that isn't the shard's: a configuration, or a new leader's first. */
    public void advance(long index, long term) {
        if (!wasApplied(index, term)) {
            state.advance(index, term);
            changed = true;
        }
    }

    /**
     * Writes everything, shows it to readers, then hands new messages to followers. Outcomes may be answered after this returned.
     */
    public void finish() {
        if (finished) {
            throw new IllegalStateException("batch is finished");
        }
        finished = true;
        if (changed) {
            machine.publish(state);
        }
    }

    /** An entry that was applied with another term means that the log lost a committed entry under this state. */
    private boolean wasApplied(long index, long term) {
        if (finished) {
            throw new IllegalStateException("batch is finished");
        }
        if (index == state.progress.index && term != state.progress.term) {
            throw machine.broke(new StateBrokenException(
                    "entry " + index + ": term " + term + " (expected: " + state.progress.term + ", as applied)"));
        }
        return index <= state.progress.index;
    }
}
