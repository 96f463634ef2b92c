package dev.skein.server.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.testing.History;
import dev.skein.core.testing.VirtualTime;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.PublishOutcome;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One shard's log: committed entries, and what the leader has taken but not committed. When the leader changes, some of that survives
 * without an answer and the rest is lost.
 */
final class SimulatedShard {

    static final ShardId ID = new ShardId("default", 0);
    static final long EPOCH = 77;

    private final VirtualTime time;
    private final Random random;
    private final Defect defect;
    private final int commitNanosMax;
    private final List<ByteString> committed = new ArrayList<>();
    private final List<SimulatedReplica> replicas = new ArrayList<>();
    private List<Waiting> tail = new ArrayList<>();
    private @Nullable SimulatedReplica leader;
    private long term;

    SimulatedShard(VirtualTime time, Random random, Defect defect) {
        this.time = time;
        this.random = random;
        this.defect = defect;
        this.commitNanosMax = 1_000_000 * (2 + random.nextInt(60));
        committed.add(ShardEntry.newBuilder()
                .setTimeMs(time.wallMillis())
                .setPolicy(
                        ShardPolicy.newBuilder().setVersion(1).setEpoch(EPOCH).setDedupWindowMs(600_000))
                .build()
                .toByteString());
    }

    SimulatedReplica addReplica(NodeId node, History history) {
        SimulatedReplica added = new SimulatedReplica(this, node, time, random, history, defect);
        replicas.add(added);
        return added;
    }

    List<SimulatedReplica> replicas() {
        return replicas;
    }

    Optional<SimulatedReplica> leader() {
        return Optional.ofNullable(leader);
    }

    long committedIndex() {
        return committed.size();
    }

    Optional<ByteString> entry(long index) {
        return index >= 1 && index <= committed.size() ? Optional.of(committed.get((int) index - 1)) : Optional.empty();
    }

    boolean isLeader(SimulatedReplica replica) {
        return leader == replica;
    }

    /** Nobody leads any more, or somebody else does. Those who had waited never hear, or that nobody knows. */
    void lead(@Nullable SimulatedReplica next) {
        List<Waiting> waiting = tail;
        tail = new ArrayList<>();
        int surviving = random.nextInt(waiting.size() + 1);
        waiting.subList(0, surviving).forEach(each -> committed.add(each.entry(time.wallMillis())));
        for (Waiting each : waiting) {
            boolean alive = each.at.isUp();
            if (alive) {
                Reason reason = defect == Defect.UNKNOWN_TOLD_AS_FAILED
                        ? Reason.REASON_NO_LEADER
                        : Reason.REASON_OUTCOME_UNKNOWN;
                time.afterMillis(random.nextInt(300), () -> each.answer(refused(reason)));
            }
        }
        leader = next;
        term++;
        replicas.forEach(this::tellLeader);
        replicas.forEach(SimulatedReplica::applyLater);
    }

    /** As a heartbeat does, whenever a replica is new or the leader is. */
    void tellLeader(SimulatedReplica replica) {
        replica.hearOfLeader(leader().map(SimulatedReplica::node), term);
    }

    void propose(SimulatedReplica at, SectionView section, Consumer<PublishOutcome> whenDone) {
        Waiting added = new Waiting(at, section, whenDone);
        tail.add(added);
        long mine = term;
        time.after(commitNanosMax / 4 + random.nextInt(commitNanosMax), () -> commit(mine, added));
    }

    /** Commits up to and with this one. */
    private void commit(long inTerm, Waiting last) {
        int count = tail.indexOf(last) + 1;
        if (inTerm != term || count == 0) {
            return;
        }
        List<Waiting> done = List.copyOf(tail.subList(0, count));
        tail = new ArrayList<>(tail.subList(count, tail.size()));
        for (Waiting each : done) {
            committed.add(each.entry(time.wallMillis()));
            List<PublishOutcome> outcomes = each.at.applyTo(committed.size());
            each.answer(outcomes.get(outcomes.size() - 1));
        }
        replicas.forEach(SimulatedReplica::applyLater);
    }

    static PublishOutcome refused(Reason reason) {
        return new PublishOutcome.Refused(Errors.of(reason, "simulated"));
    }

    /** A publish that the leader has taken. */
    private static final class Waiting {

        private final SimulatedReplica at;
        private final SectionView section;
        private final Consumer<PublishOutcome> whenDone;

        Waiting(SimulatedReplica at, SectionView section, Consumer<PublishOutcome> whenDone) {
            this.at = at;
            this.section = section;
            this.whenDone = at.inThisLife(whenDone);
        }

        void answer(PublishOutcome outcome) {
            whenDone.accept(outcome);
        }

        ByteString entry(long millis) {
            try {
                return ShardEntry.newBuilder()
                        .setTimeMs(millis)
                        .addSections(PublishSection.parseFrom(section.bytes()))
                        .build()
                        .toByteString();
            } catch (InvalidProtocolBufferException unread) {
                throw new AssertionError(unread);
            }
        }
    }
}
