package dev.skein.replication.group;

import com.google.protobuf.CodedOutputStream;
import dev.skein.core.ByteBudget;
import dev.skein.core.Limits;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.Mutation;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns sections into entries: what waits together travels together, byte for byte as it came.
 *
 * <p>With no entry in flight a publish is proposed at once, so an idle shard adds no delay. Behind others, publishes gather until
 * {@value #GATHER_BYTES} bytes or until the {@link EntrySpacing} since the last entry has passed; with
 * {@link Limits#ENTRIES_IN_FLIGHT_MAX} in flight they wait for the next completion. The queue is bounded in bytes, and so is what all
 * shards of the node have queued and in flight together; beyond that publishes are refused as OVERLOADED.
 *
 * <p>One lock guards everything; under it only queueing, entry building and the hand-over to the log happen, which keeps the
 * order of the calls. Outcomes are told outside it, on the thread that knows them: consumers only queue.
 */
final class Proposer {

    private static final Logger LOG = LoggerFactory.getLogger(Proposer.class);

    /** An entry of this size costs little more than its bytes. */
    static final int GATHER_BYTES = 64 << 10;

    private static final long ANY_TERM = -1;

    private final Supplier<ShardLog> log;
    private final LogClock clock;
    private final TimeSource time;
    private final ByteBudget unapplied;
    private final ScheduledExecutorService timer;
    private final LongSupplier logTimeMillis;
    private final EntrySpacing spacing = new EntrySpacing();
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();

    private long queueBytes;
    private int inFlight;
    private int presenceInFlight;
    private boolean lingering;
    private long lastProposedNanos;
    // The term in which this replica leads and has its policy in force; 0 while it may not propose publishes.
    private long term;
    // Counts the openings: an entry counts as in flight only in the one it was proposed in.
    private long opening;

    Proposer(
            Supplier<ShardLog> log,
            LogClock clock,
            TimeSource time,
            ByteBudget unapplied,
            ScheduledExecutorService timer,
            LongSupplier logTimeMillis) {
        this.log = log;
        this.clock = clock;
        this.time = time;
        this.unapplied = unapplied;
        this.timer = timer;
        this.logTimeMillis = logTimeMillis;
    }

    /** Opens the proposer for a term. */
    synchronized void open(long newTerm) {
        if (newTerm != term) {
            clock.start(logTimeMillis.getAsLong());
            term = newTerm;
            opening++;
            inFlight = 0;
            presenceInFlight = 0;
        }
    }

    /** Log time was seen to reach this, by apply. */
    synchronized void logTimeIs(long millis) {
        clock.seen(millis);
    }

    /** Closes it: what waits was never proposed and is refused as such. */
    void close(Error why) {
        close(ANY_TERM, why);
    }

    /** Closes it if it is open for this term. */
    void close(long onlyTerm, Error why) {
        List<Waiting> refused;
        synchronized (this) {
            if (onlyTerm != ANY_TERM && onlyTerm != term) {
                return;
            }
            term = 0;
            refused = new ArrayList<>(queue);
            queue.clear();
            unapplied.giveBack(queueBytes);
            queueBytes = 0;
        }
        refused.forEach(waiting -> complete(waiting.whenDone(), new PublishOutcome.Refused(why)));
    }

    synchronized boolean isOpen() {
        return term != 0;
    }

    synchronized long queueBytes() {
        return queueBytes;
    }

    /** Queues a publish and proposes what may be proposed. */
    void publish(SectionView section, Consumer<PublishOutcome> whenDone, Error whenClosed) {
        int bytes = section.size();
        Error refusal = null;
        synchronized (this) {
            if (term == 0) {
                refusal = whenClosed;
            } else if (queueBytes + bytes > Limits.PROPOSE_QUEUE_BYTES_MAX
                    || queue.size() >= Limits.PROPOSE_QUEUE_PUBLISHES_MAX) {
                refusal = overloaded("shard queue: " + Limits.PROPOSE_QUEUE_BYTES_MAX + " bytes or "
                        + Limits.PROPOSE_QUEUE_PUBLISHES_MAX + " publishes waiting (expected: fewer)");
            } else if (!unapplied.take(bytes)) {
                refusal = overloaded("node: " + unapplied.max() + " bytes of publishes under way (expected: fewer)");
            } else {
                queue.add(new Waiting(section, bytes, whenDone));
                queueBytes += bytes;
                proposeWhatMayGo();
            }
        }
        if (refusal != null) {
            complete(whenDone, new PublishOutcome.Refused(refusal));
        }
    }

    /** Proposes a new policy ahead of everything queued, whether or not the proposer is open. */
    synchronized void proposePolicy(ShardPolicy policy, long inTerm) {
        if (term == 0) {
            clock.start(logTimeMillis.getAsLong());
        }
        propose(
                ShardEntry.newBuilder()
                        .setTimeMs(clock.stamp())
                        .setPolicy(policy)
                        .build()
                        .toByteString()
                        .asReadOnlyByteBuffer(),
                List.of(),
                inTerm);
    }

    /**
     * Proposes that messages older than the given age go, if there are any.
     *
     * @param oldestMillis log time of the oldest retained message; empty when there is none
     */
    synchronized void proposeTrim(long ageMillis, OptionalLong oldestMillis) {
        if (term == 0 || oldestMillis.isEmpty()) {
            return;
        }
        long now = clock.stamp();
        if (oldestMillis.getAsLong() < now - ageMillis) {
            ShardEntry trim = ShardEntry.newBuilder()
                    .setTimeMs(now)
                    .setTrimBeforeMs(now - ageMillis)
                    .build();
            propose(trim.toByteString().asReadOnlyByteBuffer(), List.of(), term);
        }
    }

    /** Proposes a change of presence at once, in an entry of its own: whoever makes them gathers them. */
    void presence(PresenceChange change, Consumer<PresenceOutcome> whenDone, Error whenClosed) {
        Error refusal = null;
        synchronized (this) {
            if (term == 0) {
                refusal = whenClosed;
            } else if (presenceInFlight >= Limits.PRESENCE_CHANGES_IN_FLIGHT_MAX) {
                refusal = overloaded("changes of presence under way: " + presenceInFlight + " (expected: fewer)");
            } else {
                presenceInFlight++;
                ShardEntry entry = ShardEntry.newBuilder()
                        .setTimeMs(clock.stamp())
                        .addPresence(change)
                        .build();
                log.get()
                        .propose(
                                entry.toByteString().asReadOnlyByteBuffer(),
                                term,
                                new ProposedPresence(whenDone, opening));
            }
        }
        if (refusal != null) {
            whenDone.accept(new PresenceOutcome.Refused(refusal));
        }
    }

    private void proposeWhatMayGo() {
        while (!queue.isEmpty() && inFlight < Limits.ENTRIES_IN_FLIGHT_MAX) {
            if (inFlight > 0 && queueBytes < GATHER_BYTES) {
                long left = spacing.next(lastProposedNanos) - time.nanoTime();
                if (left > 0) {
                    linger(left);
                    return;
                }
            }
            proposeOne();
        }
    }

    private void proposeOne() {
        List<Waiting> taken = new ArrayList<>();
        int bytes = 0;
        Waiting next = queue.peek();
        while (next != null && (taken.isEmpty() || bytes + next.bytes() <= Limits.ENTRY_BYTES_MAX)) {
            queue.poll();
            taken.add(next);
            bytes += next.bytes();
            next = queue.peek();
        }
        queueBytes -= bytes;
        propose(encode(clock.stamp(), taken), taken, term);
    }

    private void propose(ByteBuffer entry, List<Waiting> publishes, long inTerm) {
        boolean counted = inTerm == term;
        if (counted) {
            inFlight++;
        }
        lastProposedNanos = time.nanoTime();
        ProposedEntry proposal = new ProposedEntry(publishes, counted ? opening : 0, lastProposedNanos);
        log.get().propose(entry, inTerm, proposal);
    }

    /** A {@link ShardEntry} around the sections' own bytes. */
    private static ByteBuffer encode(long timeMillis, List<Waiting> publishes) {
        int size = CodedOutputStream.computeUInt64Size(ShardEntry.TIME_MS_FIELD_NUMBER, timeMillis);
        for (Waiting each : publishes) {
            size += CodedOutputStream.computeTagSize(ShardEntry.SECTIONS_FIELD_NUMBER)
                    + CodedOutputStream.computeUInt32SizeNoTag(each.bytes())
                    + each.bytes();
        }
        byte[] entry = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(entry);
        try {
            out.writeUInt64(ShardEntry.TIME_MS_FIELD_NUMBER, timeMillis);
            for (Waiting each : publishes) {
                out.writeBytes(ShardEntry.SECTIONS_FIELD_NUMBER, each.section().bytes());
            }
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return ByteBuffer.wrap(entry);
    }

    private void linger(long nanos) {
        if (!lingering) {
            lingering = true;
            timer.schedule(this::afterLinger, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private synchronized void afterLinger() {
        lingering = false;
        if (term != 0) {
            proposeWhatMayGo();
        }
    }

    private synchronized void finished(ProposedEntry entry) {
        if (term != 0 && entry.countedIn == opening) {
            inFlight--;
            long now = time.nanoTime();
            spacing.committed(now - entry.proposedNanos, now);
            proposeWhatMayGo();
        }
    }

    private static void complete(Consumer<PublishOutcome> whenDone, PublishOutcome outcome) {
        try {
            whenDone.accept(outcome);
        } catch (RuntimeException defect) {
            LOG.error("an outcome could not be told", defect);
        }
        if (Mutation.THROWING_COMPLETION.isOnTheTime(1_000)) {
            throw new IllegalStateException(Mutation.THROWING_COMPLETION.word());
        }
    }

    private static Error overloaded(String text) {
        return Errors.of(Reason.REASON_OVERLOADED, text).toBuilder()
                .setRetryAfterMs(50)
                .build();
    }

    private record Waiting(SectionView section, int bytes, Consumer<PublishOutcome> whenDone) {}

    /** An entry on its way; the sections' outcomes arrive in their order. */
    final class ProposedEntry implements Proposal {

        private final List<Waiting> publishes;
        // The opening in which the entry counts as in flight; 0 when it doesn't.
        private final long countedIn;
        private final long proposedNanos;

        ProposedEntry(List<Waiting> publishes, long countedIn, long proposedNanos) {
            this.publishes = publishes;
            this.countedIn = countedIn;
            this.proposedNanos = proposedNanos;
        }

        /** The entry was applied here and is visible to readers. */
        void applied(List<PublishOutcome> outcomes) {
            giveBack();
            for (int i = 0; i < publishes.size(); i++) {
                complete(publishes.get(i).whenDone(), outcomes.get(i));
            }
            finished(this);
        }

        private void giveBack() {
            long bytes = 0;
            for (Waiting publish : publishes) {
                bytes += publish.bytes();
            }
            unapplied.giveBack(bytes);
        }

        @Override
        public void failed(Error error) {
            giveBack();
            publishes.forEach(publish -> complete(publish.whenDone(), new PublishOutcome.Refused(error)));
            finished(this);
        }
    }

    /** An entry with a change of presence, on its way. */
    final class ProposedPresence implements Proposal {

        private final Consumer<PresenceOutcome> whenDone;
        private final long countedIn;

        ProposedPresence(Consumer<PresenceOutcome> whenDone, long countedIn) {
            this.whenDone = whenDone;
            this.countedIn = countedIn;
        }

        /** The entry was applied here and is visible to readers. */
        void applied(List<PresenceOutcome> outcomes) {
            tell(
                    outcomes.isEmpty()
                            ? new PresenceOutcome.Refused(
                                    Errors.of(Reason.REASON_OUTCOME_UNKNOWN, "change of presence: applied before"))
                            : outcomes.get(0));
        }

        @Override
        public void failed(Error error) {
            tell(new PresenceOutcome.Refused(error));
        }

        private void tell(PresenceOutcome outcome) {
            synchronized (Proposer.this) {
                if (countedIn == opening) {
                    presenceInFlight--;
                }
            }
            try {
                whenDone.accept(outcome);
            } catch (RuntimeException defect) {
                LOG.error("an outcome could not be told", defect);
            }
        }
    }
}
