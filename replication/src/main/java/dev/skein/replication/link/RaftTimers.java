package dev.skein.replication.link;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.core.Scheduler;
import com.alipay.sofa.jraft.util.SPI;
import com.alipay.sofa.jraft.util.timer.RaftTimerFactory;
import com.alipay.sofa.jraft.util.timer.Timer;
import dev.skein.replication.disk.DiskFitness;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What JRaft's service loader finds instead of its own timers, by a higher priority: a few threads for all groups of the process,
 * election timers that run from the leader's last word, and heartbeats of all groups at the same moments.
 *
 * <p>JRaft's own shared timers keep cancelled tasks until they were due, and wake a thread for each.
 */
@SPI(name = "skein", priority = 100)
public final class RaftTimers implements RaftTimerFactory {

    /** Elections may wait for a group's lock and for one fsync of the vote. */
    private static final int ELECTION_THREADS = 2;

    /** Never wait for longer than it takes to build a message. */
    private static final int HEARTBEAT_THREADS = 1;

    /** These outlive all groups, like JRaft's own pools: JRaft keeps one factory for the process. */
    private static final ScheduledThreadPoolExecutor ELECTIONS = executor("raft-election-timer-", ELECTION_THREADS);

    private static final ScheduledThreadPoolExecutor HEARTBEATS = executor("raft-heartbeat-timer-", HEARTBEAT_THREADS);

    /** As many as there are settings of timeouts in the process. */
    private static final Set<Long> HEARTBEATS_NANOS = ConcurrentHashMap.newKeySet();

    /** By the node's id as text; one entry per replica that was ever started here. */
    private static final Map<String, Elections> ELECTIONS_OF = new ConcurrentHashMap<>();

    /** Counted from the start of the process, so that the nodes of one machine don't all send at once. */
    private static final long STARTED_NANOS = System.nanoTime();

    /** Groups that are started from now on may send heartbeats this often; they are sent at common moments. */
    public static void heartbeatEvery(int millis) {
        HEARTBEATS_NANOS.add(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** When a replica asks for votes. */
    private record Elections(ElectionTiming timing, DiskFitness disk) {}

    /** When a replica asks for votes, as long as the disk lets it; to be said before it is initialised. */
    public static void elections(NodeImpl node, ElectionTiming timing, DiskFitness disk) {
        ELECTIONS_OF.put(node.getNodeId().toString(), new Elections(timing, disk));
    }

    @Override
    public Timer getElectionTimer(boolean shared, String name) {
        String node = nodeOf(name);
        Elections elections = elections(node);
        return ElectionTimer.register(node, elections.timing, ELECTIONS, elections.disk);
    }

    @Override
    public Timer getVoteTimer(boolean shared, String name) {
        Elections elections = elections(nodeOf(name));
        return new GroupTimer(ELECTIONS) {
            @Override
            long firstNanos(long delayNanos) {
                return elections.timing.voteNanos(delayNanos);
            }

            @Override
            long postponedNanos(long delayNanos) {
                return elections.disk.mayStand() ? 0 : ElectionTimer.SICK_NANOS;
            }
        };
    }

    /** JRaft names a timer by its purpose and the node's id, which starts with an angle bracket. */
    private static String nodeOf(String name) {
        return name.substring(Math.max(0, name.indexOf('<')));
    }

    private static Elections elections(String node) {
        Elections elections = ELECTIONS_OF.get(node);
        if (elections == null) {
            throw new IllegalStateException("timing of elections of " + node + " (expected: said before its start)");
        }
        return elections;
    }

    /** Leaders look together whether they still have a quorum, for the same reason as they send heartbeats together. */
    @Override
    public Timer getStepDownTimer(boolean shared, String name) {
        return new GroupTimer(ELECTIONS) {
            @Override
            long firstNanos(long delayNanos) {
                return HeartbeatScheduler.untilNextNanos(delayNanos, nanosSinceStart());
            }
        };
    }

    @Override
    public Timer getSnapshotTimer(boolean shared, String name) {
        return new GroupTimer(ELECTIONS);
    }

    @Override
    public Scheduler getRaftScheduler(boolean shared, int workers, String name) {
        return new HeartbeatScheduler(HEARTBEATS, HEARTBEATS_NANOS, RaftTimers::nanosSinceStart);
    }

    @Override
    public Timer createTimer(String name) {
        return new GroupTimer(ELECTIONS);
    }

    @Override
    public Scheduler createScheduler(int workers, String name) {
        return getRaftScheduler(true, workers, name);
    }

    private static long nanosSinceStart() {
        return System.nanoTime() - STARTED_NANOS;
    }

    private static ScheduledThreadPoolExecutor executor(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, name + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(threads, factory);
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
