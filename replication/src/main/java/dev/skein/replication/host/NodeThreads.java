package dev.skein.replication.host;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that replication adds to JRaft's, the links' and the node log's.
 *
 * <ul>
 *   <li>{@code host} (1): control states, starting and stopping replicas, looking after them; may block for storage
 *   <li>{@code linger} (1): proposes what has gathered; never blocks
 *   <li>{@code snapshot} (1): writes snapshots; blocks for the disk
 *   <li>{@code fetch} (1): fetches older entries after a snapshot; blocks for the network
 *   <li>{@code scrub} (1): reads everything again, slowly; blocks for the disk and to rest
 *   <li>{@code mend} (1): mends what readers found damaged; blocks for the network
 *   <li>{@code join} (1): joining and registering; blocks for the network, idle afterwards
 * </ul>
 */
final class NodeThreads implements AutoCloseable {

    final ScheduledExecutorService host;
    final ScheduledExecutorService linger;
    final ScheduledExecutorService scrub;
    final ScheduledExecutorService mend;
    final ExecutorService snapshots;
    final ExecutorService fetcher;
    final ExecutorService joiner;
    private final List<ExecutorService> all = new ArrayList<>();
    private volatile boolean closing;

    NodeThreads(String node) {
        host = scheduled(node, "host");
        linger = scheduled(node, "linger");
        scrub = scheduled(node, "scrub");
        mend = scheduled(node, "mend");
        snapshots = single(node, "snapshot");
        fetcher = single(node, "fetch");
        joiner = single(node, "join");
    }

    private ScheduledExecutorService scheduled(String node, String name) {
        return kept(Executors.newSingleThreadScheduledExecutor(named(node, name)));
    }

    private ExecutorService single(String node, String name) {
        return kept(Executors.newSingleThreadExecutor(named(node, name)));
    }

    private <E extends ExecutorService> E kept(E executor) {
        all.add(executor);
        return executor;
    }

    private static ThreadFactory named(String node, String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            int restarts = count.getAndIncrement();
            Thread thread = new Thread(task, "skein-" + node + "-" + name + (restarts == 0 ? "" : "-" + restarts));
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Whether the node stops: whoever takes long gives up. */
    boolean isClosing() {
        return closing;
    }

    /**
     * Ends the host thread first, so that no replica starts while the others stop, and whoever reads stored files. Those are not
     * interrupted, because that would close the files for their owners too.
     */
    void stopHost() {
        closing = true;
        host.shutdownNow();
        scrub.shutdown();
        mend.shutdown();
        try {
            host.awaitTermination(10, TimeUnit.SECONDS);
            scrub.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        all.forEach(ExecutorService::shutdownNow);
        for (ExecutorService executor : all) {
            try {
                executor.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
