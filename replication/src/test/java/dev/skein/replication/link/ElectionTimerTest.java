package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.util.timer.Timeout;
import dev.skein.core.NodeId;
import dev.skein.replication.disk.DiskFitness;
import java.util.Set;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A timer on virtual time: what is due runs when the time is moved past it. */
final class ElectionTimerTest {

    private static final PeerId LEADER = RaftPeers.peer(new NodeId("leader"), 1);

    private final VirtualThreads threads = new VirtualThreads();
    private boolean diskWell = true;
    private final DiskFitness disk = new DiskFitness() {
        @Override
        public boolean mayStand() {
            return diskWell;
        }
    };
    private final ElectionTimer timer = timer(0, 0);
    private int fired;

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    @Test
    void firesAfterItsDelayWhenNothingIsHeard() {
        start(1_000);
        threads.advance(999);
        assertEquals(0, fired);
        threads.advance(1);
        assertEquals(1, fired);
    }

    @Test
    void runsFromTheLastWordOfTheLeader() {
        start(1_000);
        threads.advance(700);
        timer.heard(LEADER);
        threads.advance(999);
        assertEquals(0, fired, "699 ms after the first delay, the leader is still in time");
        threads.advance(1);
        assertEquals(1, fired);
    }

    @Test
    void aLeaderThatGoesOnSpeakingPostponesItForEver() {
        start(1_000);
        for (int i = 0; i < 100; i++) {
            threads.advance(430);
            timer.heard(LEADER);
        }
        assertEquals(0, fired);
        assertEquals(1, threads.waiting(), "words of the leader leave nothing behind");
    }

    @Test
    void aPatientReplicaLetsOthersMoveFirst() {
        ElectionTimer patient = timer(0, 300);
        patient.newTimeout(timeout -> fired++, 1_000, TimeUnit.MILLISECONDS);
        threads.advance(700);
        patient.heard(LEADER);
        threads.advance(1_299);
        assertEquals(0, fired);
        threads.advance(1);
        assertEquals(1, fired);
    }

    @Test
    void whatJRaftDrawsIsBroughtToTheRealSpread() {
        ElectionTiming timing = new ElectionTiming(1_000, 200, 0, Set.of());
        long most = 1_000 + ElectionTiming.DRAWN_SPREAD_MILLIS;
        assertEquals(1_050, electionMillis(timing, 1_000, false), "a quarter of the spread is always waited");
        assertEquals(1_125, electionMillis(timing, 1_000 + ElectionTiming.DRAWN_SPREAD_MILLIS / 2, false));
        assertEquals(1_200, electionMillis(timing, most, false));
        assertEquals(1_200, TimeUnit.NANOSECONDS.toMillis(timing.voteNanos(TimeUnit.MILLISECONDS.toNanos(most))));
    }

    @Test
    void whoHasNoRivalLeavesNothingToChance() {
        ElectionTiming timing = new ElectionTiming(1_000, 160, 0, Set.of());
        assertEquals(1_040, electionMillis(timing, 1_000, true), "the farther voter still counts the leader as alive");
        assertEquals(1_055, electionMillis(timing, 1_000 + ElectionTiming.DRAWN_SPREAD_MILLIS, true));
    }

    @Test
    void whetherThereAreRivalsDependsOnTheLeaderThatIsLost() {
        long delay = 1_000 + ElectionTiming.DRAWN_SPREAD_MILLIS;
        ElectionTimer mine = timer(160, 0);
        mine.newTimeout(timeout -> fired++, delay, TimeUnit.MILLISECONDS);
        mine.heard(LEADER);
        threads.advance(1_160);
        assertEquals(1, fired, "the timer had been set before it was known who leads");

        mine.newTimeout(timeout -> fired++, delay, TimeUnit.MILLISECONDS);
        threads.advance(1_054);
        assertEquals(1, fired);
        threads.advance(1);
        assertEquals(2, fired);

        mine.heard(RaftPeers.peer(new NodeId("another"), 1));
        mine.newTimeout(timeout -> fired++, delay, TimeUnit.MILLISECONDS);
        threads.advance(1_159);
        assertEquals(2, fired);
        threads.advance(1);
        assertEquals(3, fired);
    }

    private static long electionMillis(ElectionTiming timing, long drawnMillis, boolean alone) {
        return TimeUnit.NANOSECONDS.toMillis(timing.electionNanos(TimeUnit.MILLISECONDS.toNanos(drawnMillis), alone));
    }

    @Test
    void isHeldBackByASickDiskAndFiresWhenItIsWell() {
        start(1_000);
        diskWell = false;
        threads.advance(60_000);
        assertEquals(0, fired);
        assertEquals(1, threads.waiting());
        diskWell = true;
        threads.advance(100);
        assertEquals(1, fired);
    }

    @Test
    void isSilentOnceCancelledEvenAfterItWasPostponed() {
        Timeout timeout = start(1_000);
        threads.advance(700);
        timer.heard(LEADER);
        threads.advance(500);
        assertTrue(timeout.cancel());
        assertFalse(timeout.cancel(), "only the first cancels");
        threads.advance(10_000);
        assertEquals(0, fired);
        assertTrue(timeout.isCancelled());
        assertEquals(0, threads.waiting());
    }

    @Test
    void cannotBeCancelledOnceItFired() {
        Timeout timeout = start(1_000);
        threads.advance(1_000);
        assertFalse(timeout.cancel());
        assertTrue(timeout.isExpired());
    }

    private ElectionTimer timer(int spreadMillis, int patienceMillis) {
        ElectionTiming timing = new ElectionTiming(1_000, spreadMillis, patienceMillis, Set.of(RaftPeers.node(LEADER)));
        return new ElectionTimer("node", timing, threads, () -> threads.now, disk);
    }

    private Timeout start(long delayMillis) {
        return timer.newTimeout(timeout -> fired++, delayMillis, TimeUnit.MILLISECONDS);
    }

    /** Runs tasks in the caller's thread as its own clock is moved. */
    private static final class VirtualThreads extends ScheduledThreadPoolExecutor {

        private final PriorityBlockingQueue<Task> tasks = new PriorityBlockingQueue<>();
        private long now;

        VirtualThreads() {
            super(0);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            Task task = new Task(command, now + unit.toNanos(delay));
            tasks.add(task);
            return task;
        }

        void advance(long millis) {
            long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
            while (!tasks.isEmpty() && tasks.peek().dueNanos <= end) {
                Task next = tasks.remove();
                now = Math.max(now, next.dueNanos);
                next.run();
            }
            now = end;
        }

        int waiting() {
            return tasks.size();
        }

        private final class Task extends FutureTask<Void> implements ScheduledFuture<Void> {

            private final long dueNanos;

            Task(Runnable command, long dueNanos) {
                super(command, null);
                this.dueNanos = dueNanos;
            }

            @Override
            public boolean cancel(boolean interrupt) {
                tasks.remove(this);
                return super.cancel(interrupt);
            }

            @Override
            public long getDelay(TimeUnit unit) {
                return unit.convert(dueNanos - now, TimeUnit.NANOSECONDS);
            }

            @Override
            public int compareTo(Delayed other) {
                return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
            }
        }
    }
}
