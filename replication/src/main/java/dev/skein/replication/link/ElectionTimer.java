package dev.skein.replication.link;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.util.timer.Timeout;
import dev.skein.replication.disk.DiskFitness;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A follower's election timer, which runs from the last word of its leader. JRaft's own timer runs on from one firing to the next
 * and only looks, when it fires, whether the leader was heard in time: a leader lost just after a firing is missed for almost two
 * timeouts. Here a timeout that is due while the leader still counts as alive waits for the rest, so the loss is noticed after one
 * timeout and its spread, and a word of the leader costs one write.
 */
final class ElectionTimer extends GroupTimer {

    /** One entry per local replica, by the node's id as text. */
    private static final Map<String, ElectionTimer> TIMERS = new ConcurrentHashMap<>();

    private final String node;
    private final ElectionTiming timing;
    /** How often a timer that a sick disk holds back looks again. */
    static final long SICK_NANOS = 100_000_000L;

    private final LongSupplier nanoTime;
    private final DiskFitness disk;
    private volatile long heardNanos;

    /** Who was heard last. */
    private volatile @Nullable PeerId leader;

    /** Whether, without that one, nobody else stands at first. */
    private volatile boolean alone;

    ElectionTimer(
            String node,
            ElectionTiming timing,
            ScheduledExecutorService threads,
            LongSupplier nanoTime,
            DiskFitness disk) {
        super(threads);
        this.node = node;
        this.timing = timing;
        this.nanoTime = nanoTime;
        this.disk = disk;
        this.heardNanos = nanoTime.getAsLong();
    }

    /** The timer of a replica that is being started, found by {@link #heard} until it is stopped. */
    static ElectionTimer register(
            String node, ElectionTiming timing, ScheduledExecutorService threads, DiskFitness disk) {
        ElectionTimer timer = new ElectionTimer(node, timing, threads, System::nanoTime, disk);
        TIMERS.put(node, timer);
        return timer;
    }

    /** A message of the sender was handled; if it is the leader that the replica follows, the timer starts anew. */
    static void heard(NodeImpl node, PeerId sender) {
        ElectionTimer timer = TIMERS.get(node.getNodeId().toString());
        if (timer != null && sender.equals(node.getLeaderId())) {
            timer.heard(sender);
        }
    }

    void heard(PeerId speaker) {
        if (!speaker.equals(leader)) {
            leader = speaker;
            alone = timing.soleHeirOf().contains(RaftPeers.node(speaker));
        }
        heardNanos = nanoTime.getAsLong();
    }

    @Override
    long firstNanos(long delayNanos) {
        return timing.electionNanos(delayNanos, alone);
    }

    @Override
    long postponedNanos(long delayNanos) {
        if (!disk.mayStand()) {
            // JRaft would wait for the disk on a thread that all groups' timers share.
            return SICK_NANOS;
        }
        return heardNanos + timing.electionNanos(delayNanos, alone) - nanoTime.getAsLong();
    }

    @Override
    public Set<Timeout> stop() {
        TIMERS.remove(node, this);
        return super.stop();
    }
}
