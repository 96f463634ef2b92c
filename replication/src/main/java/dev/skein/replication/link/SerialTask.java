package dev.skein.replication.link;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** A task that runs after every signal, never twice at the same time; signals during a run cause one more run. */
final class SerialTask {

    private final Executor executor;
    private final Runnable body;
    private final AtomicInteger signals = new AtomicInteger();

    /** The body must not throw. */
    SerialTask(Executor executor, Runnable body) {
        this.executor = executor;
        this.body = body;
    }

    /** From any thread. */
    void signal() {
        if (signals.getAndIncrement() == 0) {
            submit();
        }
    }

    private void run() {
        int seen = signals.get();
        body.run();
        if (signals.addAndGet(-seen) > 0) {
            submit();
        }
    }

    private void submit() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            // The threads are closed: nothing runs any more.
            signals.set(0);
        }
    }
}
