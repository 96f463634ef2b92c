package dev.skein.replication.simulation;

import com.google.protobuf.ByteString;
import dev.skein.core.testing.VirtualTime;
import dev.skein.replication.group.Proposal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A replicated log without the replicating: one list of committed entries, and what the present leader has appended but not yet
 * committed. Does everything that Raft may do: leaders change at any moment; what wasn't committed survives in part, is lost, or comes
 * back under a later leader when nothing was committed between; deposed leaders don't know it for a while.
 */
final class SimulatedLog {

    private final VirtualTime time;
    private final Random random;
    private final Defect defect;
    private final int commitNanosMax;
    private final List<Entry> committed = new ArrayList<>();
    private final List<SimulatedReplica> replicas = new ArrayList<>();

    // What the present leader has appended, oldest first.
    private List<Entry> tail = new ArrayList<>();
    // What the leader before had; may come back as long as nothing was committed since.
    private List<Entry> limbo = List.of();
    private @Nullable SimulatedReplica leader;
    private long term;

    SimulatedLog(VirtualTime time, Random random, Defect defect) {
        this.time = time;
        this.random = random;
        this.defect = defect;
        this.commitNanosMax = 1_000_000 * (1 + random.nextInt(80));
    }

    void add(SimulatedReplica replica) {
        replicas.add(replica);
    }

    Optional<SimulatedReplica> leader() {
        return Optional.ofNullable(leader);
    }

    long committedIndex() {
        return committed.size();
    }

    Optional<Entry> entry(long index) {
        return index >= 1 && index <= committed.size() ? Optional.of(committed.get((int) index - 1)) : Optional.empty();
    }

    /** Any replica may be elected: its log holds everything committed, whatever it has applied. */
    void elect(SimulatedReplica next) {
        List<Entry> inherited = survivors();
        depose();
        if (defect == Defect.LOST_COMMIT && committed.size() > 3) {
            committed.remove(committed.size() - 1);
        }
        limbo = tail;
        term++;
        leader = next;
        tail = new ArrayList<>(inherited);
        tail.add(new Entry(term, null, null));
        next.elected(term);
        replicas.stream().filter(each -> each != next).forEach(each -> each.hearOfLeader(next.node(), term));
        commitLater();
    }

    /** The leader is cut off or dead: it commits nothing more. It learns that when it learns it. */
    void depose() {
        SimulatedReplica old = leader;
        leader = null;
        if (old != null) {
            old.deposed(term);
        }
    }

    /** What a deposed leader appends is nowhere. */
    void append(SimulatedReplica by, long inTerm, ByteBuffer data, Proposal proposal) {
        if (leader == by && inTerm == term) {
            tail.add(new Entry(inTerm, ByteString.copyFrom(data), proposal));
            commitLater();
        }
    }

    /** The leader has told everybody what it has committed. */
    void pushCommit(SimulatedReplica by) {
        replicas.stream()
                .filter(each -> each != by)
                .forEach(each -> each.mayApply(committed.size(), 1_000_000 * random.nextInt(60)));
    }

    private List<Entry> survivors() {
        List<Entry> from = !limbo.isEmpty() && random.nextInt(3) == 0 ? limbo : tail;
        List<Entry> kept = new ArrayList<>();
        for (Entry each : from.subList(0, random.nextInt(from.size() + 1))) {
            kept.add(new Entry(each.term, each.data, null));
        }
        return kept;
    }

    private void commitLater() {
        long inTerm = term;
        long upTo = committed.size() + tail.size();
        time.after(commitNanosMax / 4 + random.nextInt(commitNanosMax), () -> commit(inTerm, upTo));
    }

    /** Only what the leader itself appended makes what is before it committed. */
    private void commit(long inTerm, long upTo) {
        SimulatedReplica by = leader;
        int count = (int) Math.min(tail.size(), upTo - committed.size());
        if (by == null || inTerm != term || count <= 0 || tail.get(count - 1).term != term) {
            return;
        }
        committed.addAll(tail.subList(0, count));
        tail = new ArrayList<>(tail.subList(count, tail.size()));
        limbo = List.of();
        by.mayApply(committed.size(), 0);
        if (random.nextInt(3) == 0) {
            pushCommit(by);
        }
    }

    /**
     * An entry.
     *
     * @param data null when it is Raft's own
     * @param proposal of the leader that appended it; null under a later one
     */
    record Entry(long term, @Nullable ByteString data, @Nullable Proposal proposal) {}
}
