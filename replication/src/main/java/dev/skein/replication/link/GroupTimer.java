package dev.skein.replication.link;

import com.alipay.sofa.jraft.util.timer.Timeout;
import com.alipay.sofa.jraft.util.timer.Timer;
import com.alipay.sofa.jraft.util.timer.TimerTask;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of a Raft group's timers, on threads that it shares with all others. JRaft has at most one timeout waiting in it. */
class GroupTimer implements Timer {

    private static final Logger log = LoggerFactory.getLogger(GroupTimer.class);

    private final ScheduledExecutorService threads;

    GroupTimer(ScheduledExecutorService threads) {
        this.threads = threads;
    }

    @Override
    public final Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
        Waiting timeout = new Waiting(task, unit.toNanos(delay));
        timeout.arm(firstNanos(timeout.delayNanos));
        return timeout;
    }

    /** After how long a timeout of this delay is due for the first time, in nanoseconds. */
    long firstNanos(long delayNanos) {
        return delayNanos;
    }

    /** How much longer a timeout that is due now has to wait, in nanoseconds; 0 or less: it fires. */
    long postponedNanos(long delayNanos) {
        return 0;
    }

    /** JRaft has cancelled what waits before it stops a timer, and the threads belong to all groups. */
    @Override
    public Set<Timeout> stop() {
        return Set.of();
    }

    private enum State {
        WAITING,
        FIRED,
        CANCELLED
    }

    private final class Waiting implements Timeout, Runnable {

        private final TimerTask task;
        private final long delayNanos;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        private volatile @Nullable Future<?> armed;

        Waiting(TimerTask task, long delayNanos) {
            this.task = task;
            this.delayNanos = delayNanos;
        }

        void arm(long nanos) {
            armed = threads.schedule(this, nanos, TimeUnit.NANOSECONDS);
            if (isCancelled()) {
                disarm();
            }
        }

        private void disarm() {
            Future<?> current = armed;
            if (current != null) {
                current.cancel(false);
            }
        }

        @Override
        public void run() {
            long more = postponedNanos(delayNanos);
            if (more > 0 && state.get() == State.WAITING) {
                arm(more);
            } else if (state.compareAndSet(State.WAITING, State.FIRED)) {
                fire();
            }
        }

        private void fire() {
            try {
                task.run(this);
            } catch (Exception e) {
                log.error("a Raft timer's task failed", e);
            }
        }

        @Override
        public boolean cancel() {
            boolean cancelled = state.compareAndSet(State.WAITING, State.CANCELLED);
            disarm();
            return cancelled;
        }

        @Override
        public Timer timer() {
            return GroupTimer.this;
        }

        @Override
        public TimerTask task() {
            return task;
        }

        @Override
        public boolean isExpired() {
            return state.get() == State.FIRED;
        }

        @Override
        public boolean isCancelled() {
            return state.get() == State.CANCELLED;
        }
    }
}
