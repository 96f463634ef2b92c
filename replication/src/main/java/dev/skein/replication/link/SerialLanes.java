package dev.skein.replication.link;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * A fixed number of serial lanes over a few threads. Tasks with equal keys run in the order given, one at a time; a lane
 * gives its thread back after a few tasks so that a busy one doesn't starve others. What waits in a lane is bounded by
 * {@link InboundBudget}.
 */
final class SerialLanes {

    private static final int TASKS_PER_TURN = 32;

    private final Lane[] lanes;

    SerialLanes(int count, Executor executor) {
        lanes = new Lane[count];
        for (int i = 0; i < count; i++) {
            lanes[i] = new Lane(executor);
        }
    }

    /** The task must not throw. */
    void execute(int key, Runnable task) {
        lanes[Math.floorMod(key * 0x9E3779B9 >>> 7, lanes.length)].add(task);
    }

    private static final class Lane {
        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private final SerialTask turn;

        Lane(Executor executor) {
            turn = new SerialTask(executor, this::turn);
        }

        void add(Runnable task) {
            synchronized (waiting) {
                waiting.add(task);
            }
            turn.signal();
        }

        private void turn() {
            for (int i = 0; i < TASKS_PER_TURN; i++) {
                Runnable task;
                synchronized (waiting) {
                    task = waiting.poll();
                }
                if (task == null) {
                    return;
                }
                task.run();
            }
            turn.signal();
        }
    }
}
