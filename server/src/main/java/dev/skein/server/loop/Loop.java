package dev.skein.server.loop;

/**
 * One event loop's inbox. Tasks run one after another in the order given; none may block. The inbox holds no limit of its own: each
 * source of tasks is limited where it arises (frames by flow control, publishes by the session's limits, wake-ups by coalescing).
 */
public interface Loop {

    /** Runs a task on the loop, after everything given before. Ignored when the loop has stopped. */
    void execute(Runnable task);

    /** Runs a task on the loop once the delay has passed. */
    Timer schedule(long delayMillis, Runnable task);

    /** A task that waits for its time. */
    interface Timer {

        /** Forgets the task unless it has begun. */
        void cancel();
    }
}
