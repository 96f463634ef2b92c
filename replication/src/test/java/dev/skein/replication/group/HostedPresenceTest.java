package dev.skein.replication.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import dev.skein.core.ByteBudget;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.replication.shard.ApplyBatch;
import dev.skein.replication.shard.ShardMachine;
import dev.skein.replication.shard.ShardMetrics;
import dev.skein.replication.store.InMemoryShardStore;
import dev.skein.wire.Errors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HostedPresenceTest {

    private static final String ROOM = "default:room";
    private static final ByteString NODE = ByteString.copyFrom(new byte[16]);
    private static final long LEASE_MILLIS = 10_000;
    private static final long TICK_MILLIS = 200;
    private static final ShardPolicy POLICY = policy(true);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<Entry> proposed = new ArrayList<>();
    private long nowMillis = 1_000_000;
    private final TimeSource time = new TimeSource() {
        @Override
        public long wallMillis() {
            return nowMillis;
        }

        @Override
        public long nanoTime() {
            return TimeUnit.MILLISECONDS.toNanos(nowMillis);
        }
    };
    private final ShardMachine machine = new ShardMachine(
            new ShardId("default", 0),
            new InMemoryShardStore(),
            index -> Optional.empty(),
            time,
            new ShardMetrics(new MetricRegistry()));
    private final Proposer proposer =
            new Proposer(() -> new Proposed(proposed), new LogClock(time), time, ByteBudget.ofHeap(), timer, () -> 0);
    private Optional<Error> refusal = Optional.empty();
    private final HostedPresence presence =
            new HostedPresence(machine, proposer, time, Optional::empty, () -> refusal, () -> {});
    private long sequence;

    @BeforeEach
    void lead() {
        apply(ShardEntry.newBuilder().setPolicy(POLICY).build());
        proposer.open(1);
        presence.leads();
        change(of().setBegins(true)
                .addEnters(PresenceEnter.newBuilder().setChannel(ROOM).setClient("a")));
        assertEquals(1, members());
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void aSignOfLifeCostsNoEntryAndKeepsTheMembers() {
        for (int i = 0; i < 10; i++) {
            pass(LEASE_MILLIS - TICK_MILLIS);
            assertInstanceOf(PresenceOutcome.Applied.class, change(of()));
        }
        assertEquals(1, members());
        assertTrue(proposed.isEmpty());
    }

    @Test
    void membersLeaveWhenTheirHolderIsNotHeardOfForALease() {
        pass(LEASE_MILLIS - TICK_MILLIS);
        assertEquals(1, members());
        pass(3 * TICK_MILLIS);
        assertEquals(0, members());
        assertEquals(new PresenceOutcome.UnknownHolder(), change(of()));
    }

    @Test
    void leasesBeginWithTheLeadership() {
        pass(LEASE_MILLIS - TICK_MILLIS);
        presence.leads();
        pass(LEASE_MILLIS - TICK_MILLIS);
        assertEquals(1, members());
        pass(3 * TICK_MILLIS);
        assertEquals(0, members());
    }

    @Test
    void aPauseOfTheProcessEndsNobodyWhoseWordsWaitBehindIt() {
        nowMillis += 10 * LEASE_MILLIS;
        tick();
        change(of());
        pass(LEASE_MILLIS - TICK_MILLIS);
        assertEquals(1, members());
    }

    @Test
    void signsOfLifeAreHeardWhileNothingCanBeChanged() {
        refusal = Optional.of(Errors.of(Reason.REASON_DISK_FULL, "full"));
        PresenceOutcome refused = change(
                of().addEnters(PresenceEnter.newBuilder().setChannel(ROOM).setClient("b")));
        assertEquals(
                Reason.REASON_DISK_FULL,
                ((PresenceOutcome.Refused) refused).error().getReason());
        for (int i = 0; i < 3; i++) {
            pass(LEASE_MILLIS - TICK_MILLIS);
            assertInstanceOf(PresenceOutcome.Applied.class, change(of()));
        }
        assertEquals(1, members());
    }

    @Test
    void whatIsProposedInVainIsProposedAgain() {
        nowMillis += TICK_MILLIS;
        for (int i = 0; i <= LEASE_MILLIS / TICK_MILLIS + 1; i++) {
            nowMillis += TICK_MILLIS;
            presence.tick(POLICY);
        }
        assertEquals(1, proposed.size(), "one entry is enough for one member");
        proposed.remove(0).proposal.failed(Errors.of(Reason.REASON_NO_LEADER, "lost"));
        pass(1_000 + 2 * TICK_MILLIS);
        assertEquals(0, members());
    }

    @Test
    void allLeaveWhenPresenceIsSwitchedOff() {
        ShardPolicy off = policy(false).toBuilder().setVersion(2).build();
        apply(ShardEntry.newBuilder().setPolicy(off).build());
        presence.tick(off);
        settle();
        assertEquals(0, members());
    }

    private void pass(long millis) {
        for (long until = nowMillis + millis; nowMillis < until; ) {
            nowMillis += TICK_MILLIS;
            tick();
        }
    }

    private void tick() {
        presence.tick(machine.policy());
        settle();
    }

    private PresenceOutcome change(PresenceChange.Builder change) {
        List<PresenceOutcome> outcomes = new ArrayList<>();
        presence.change(change.build(), outcomes::add);
        settle();
        return outcomes.get(0);
    }

    private PresenceChange.Builder of() {
        return PresenceChange.newBuilder().setHolder(NODE).setSequence(++sequence);
    }

    private long members() {
        MemberCounts counts = presence.counts(ROOM);
        return counts.members();
    }

    private void settle() {
        while (!proposed.isEmpty()) {
            Entry next = proposed.remove(0);
            ((Proposer.ProposedPresence) next.proposal).applied(apply(next.bytes));
        }
    }

    private void apply(ShardEntry entry) {
        apply(entry.toByteString());
    }

    private List<PresenceOutcome> apply(ByteString entry) {
        ApplyBatch batch = machine.begin();
        batch.apply(machine.appliedIndex() + 1, 1, entry);
        List<PresenceOutcome> outcomes = batch.presence();
        batch.finish();
        return outcomes;
    }

    private static ShardPolicy policy(boolean on) {
        ShardPolicy.Builder policy = ShardPolicy.newBuilder().setVersion(1).setEpoch(1);
        policy.getPresenceBuilder().setEnabled(on).setLeaseMs(LEASE_MILLIS);
        return policy.build();
    }

    private record Entry(ByteString bytes, Proposal proposal) {}

    /** Keeps what is proposed. */
    private static final class Proposed extends ProposalLog {

        private final List<Entry> entries;

        Proposed(List<Entry> entries) {
            this.entries = entries;
        }

        @Override
        public void propose(ByteBuffer entry, long expectedTerm, Proposal proposal) {
            entries.add(new Entry(ByteString.copyFrom(entry), proposal));
        }
    }
}
