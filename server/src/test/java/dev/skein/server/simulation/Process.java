package dev.skein.server.simulation;

import dev.skein.core.testing.VirtualTime;
import dev.skein.server.loop.Loop;
import java.util.ArrayDeque;

/** A process, of a node or of a client: it runs, stands still or is gone. One life of it; the next is another process. */
final class Process implements Loop {

    private final VirtualTime time;
    // What fell due while it stood still, in order.
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private boolean ended;
    private boolean paused;

    Process(VirtualTime time) {
        this.time = time;
    }

    boolean isUp() {
        return !ended;
    }

    boolean isPaused() {
        return paused;
    }

    void end() {
        ended = true;
    }

    /** Stands still, or goes on. */
    void pause(boolean on) {
        paused = on;
        while (!paused && !held.isEmpty()) {
            run(held.remove());
        }
    }

    @Override
    public void execute(Runnable task) {
        time.after(0, () -> run(task));
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        boolean[] cancelled = {false};
        time.afterMillis(
                delayMillis,
                () -> run(() -> {
                    if (!cancelled[0]) {
                        task.run();
                    }
                }));
        return () -> cancelled[0] = true;
    }

    private void run(Runnable task) {
        if (paused) {
            held.add(task);
        } else if (!ended) {
            task.run();
        }
    }
}
