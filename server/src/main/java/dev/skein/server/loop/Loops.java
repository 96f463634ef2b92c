package dev.skein.server.loop;

import java.util.ArrayList;
import java.util.List;

/** A fixed set of loops; keys are hashed onto them. */
public final class Loops implements AutoCloseable {

    private final List<LoopThread> loops = new ArrayList<>();

    /**
     * Starts the threads.
     *
     * @param name prefix of the threads' names
     * @param count number of threads
     */
    public Loops(String name, int count) {
        for (int i = 0; i < count; i++) {
            loops.add(new LoopThread(name + "-" + i));
        }
    }

    /** The loop of a key, always the same one. */
    public Loop of(int hash) {
        return loops.get(Math.floorMod(hash * 0x9e3779b9 >>> 8, loops.size()));
    }

    /** All of them. */
    public List<Loop> all() {
        return List.copyOf(loops);
    }

    @Override
    public void close() {
        loops.forEach(LoopThread::close);
    }
}
