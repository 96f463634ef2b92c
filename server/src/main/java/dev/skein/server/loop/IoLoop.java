package dev.skein.server.loop;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop on the thread of an event loop: what a connection brings is handled where it was read, and what is sent is written there.
 * A task that throws is logged and the loop goes on: a defect in one session stays there.
 */
final class IoLoop implements Loop {

    private static final Logger LOG = LoggerFactory.getLogger(IoLoop.class);
    private static final long CLOSE_WAIT_MILLIS = 2_000;

    private final EventLoop thread;

    /** Nothing is taken any more, and nothing runs whose time comes. */
    private volatile boolean closed;

    IoLoop(EventLoop thread) {
        this.thread = thread;
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            return;
        }
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException ended) {
            LOG.trace("the event loop has ended; a task was left out");
        }
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        if (closed) {
            return () -> {};
        }
        try {
            Future<?> waiting = thread.schedule(() -> whenDue(task), delayMillis, TimeUnit.MILLISECONDS);
            return () -> waiting.cancel(false);
        } catch (RejectedExecutionException ended) {
            return () -> {};
        }
    }

    boolean isCurrent() {
        return thread.inEventLoop();
    }

    /** Runs what was given before, forgets what waits for its time. The thread lives on. */
    void close() {
        if (thread.inEventLoop() || thread.isShuttingDown()) {
            closed = true;
            return;
        }
        io.netty.util.concurrent.Future<?> last = thread.submit(() -> {});
        closed = true;
        last.awaitUninterruptibly(CLOSE_WAIT_MILLIS);
    }

    private void whenDue(Runnable task) {
        if (!closed) {
            guarded(task);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error defect) {
            LOG.error("a task of the loop failed", defect);
        }
    }
}
