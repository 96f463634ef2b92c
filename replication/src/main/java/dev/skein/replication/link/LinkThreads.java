package dev.skein.replication.link;

import com.alipay.sofa.jraft.util.concurrent.DefaultFixedThreadsExecutorGroupFactory;
import com.alipay.sofa.jraft.util.concurrent.FixedThreadsExecutorGroup;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one node's links; the package description says what each may do. */
final class LinkThreads {

    private static final int RESPONSE_THREADS = 2;
    private static final int RESPONSES_QUEUED_MAX = 32_768;
    private static final int LANES = 128;

    final ScheduledThreadPoolExecutor timer;
    final ThreadPoolExecutor control;
    final ThreadPoolExecutor append;
    final ThreadPoolExecutor install;
    final ThreadPoolExecutor disk;
    final FixedThreadsExecutorGroup responses;

    /** Frames of one group that must stay in order share a lane. */
    final SerialLanes controlLanes;

    final SerialLanes appendLanes;

    LinkThreads(String node) {
        timer = new ScheduledThreadPoolExecutor(1, factory(node, "timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        control = pool(node, "control", 4, Integer.MAX_VALUE);
        append = pool(node, "append", 4, Integer.MAX_VALUE);
        install = pool(node, "install", 4, LinkLimits.INSTALLS_QUEUED_MAX);
        disk = pool(node, "disk", 2, Integer.MAX_VALUE);
        responses = DefaultFixedThreadsExecutorGroupFactory.INSTANCE.newExecutorGroup(
                RESPONSE_THREADS, node + "-link-response", RESPONSES_QUEUED_MAX, true);
        controlLanes = new SerialLanes(LANES, control);
        appendLanes = new SerialLanes(LANES, append);
    }

    /**
     * The queues without a limit hold at most one task per lane, stream or request, and requests are admitted by
     * {@link InboundBudget}.
     */
    private static ThreadPoolExecutor pool(String node, String name, int threads, int queued) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queued), factory(node, name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory factory(String node, String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, node + "-link-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    void close() {
        List.<ExecutorService>of(timer, control, append, install, disk).forEach(ExecutorService::shutdownNow);
        responses.shutdownGracefully(0, TimeUnit.MILLISECONDS);
    }
}
