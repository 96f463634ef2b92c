package dev.skein.replication.raft;

import com.alipay.sofa.jraft.util.ThreadPoolsFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which JRaft's groups send new entries to their followers and end what failed. JRaft would hand each such task to a
 * thread of its own; a few threads with a queue wake up less often when many groups have something to send at the same moment.
 * JRaft's registry of them is the process's, so these are too. The queue needs no limit: a group has at most a task for each
 * follower, and one for each of its bounded publishes when it fails.
 */
final class GroupThreads {

    private static final int THREADS = 2;
    private static final Set<String> SERVED = ConcurrentHashMap.newKeySet();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final ThreadPoolExecutor POOL = new ThreadPoolExecutor(
            THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), GroupThreads::thread);

    static {
        POOL.allowCoreThreadTimeOut(true);
    }

    private GroupThreads() {}

    /** Has the group use them; once is enough. */
    static void serve(String group) {
        if (SERVED.add(group)) {
            ThreadPoolsFactory.registerThreadPool(group, POOL);
        }
    }

    /** Runs a short task on them. */
    static void run(String group, Runnable task) {
        ThreadPoolsFactory.runInThread(group, task);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "raft-send-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
