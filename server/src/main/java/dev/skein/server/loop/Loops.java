package dev.skein.server.loop;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;

/** A node's event loops as loops; keys are hashed onto them. Closing it leaves the threads to their owner. */
public final class Loops implements AutoCloseable {

    private final List<IoLoop> loops = new ArrayList<>();

    /** Loops on the threads of the connections. */
    public Loops(EventLoopGroup threads) {
        threads.forEach(thread -> loops.add(new IoLoop((EventLoop) thread)));
    }

    /** The loop of a key, always the same one. */
    public Loop of(int hash) {
        return loops.get(Math.floorMod(hash * 0x9e3779b9 >>> 8, loops.size()));
    }

    /** The loop that runs the caller; where none does, the key's. */
    public Loop here(int hash) {
        for (IoLoop loop : loops) {
            if (loop.isCurrent()) {
                return loop;
            }
        }
        return of(hash);
    }

    /** All of them. */
    public List<Loop> all() {
        return List.copyOf(loops);
    }

    @Override
    public void close() {
        loops.forEach(IoLoop::close);
    }
}
