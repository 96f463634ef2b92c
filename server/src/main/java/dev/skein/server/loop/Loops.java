package dev.skein.server.loop;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;

/** A node's event loops as loops; keys are hashed onto them. Closing it leaves the threads to their owner. */
public final class Loops implements AutoCloseable {

    private final List<Loop> loops;

    // Those with threads; empty on a virtual clock.
    private final List<IoLoop> threaded;

    /** Loops on the threads of the connections. */
    public Loops(EventLoopGroup threads) {
        List<IoLoop> each = new ArrayList<>();
        threads.forEach(thread -> each.add(new IoLoop((EventLoop) thread)));
        threaded = List.copyOf(each);
        loops = List.copyOf(each);
    }

    /** One loop for everything, which somebody else turns. */
    public Loops(Loop only) {
        threaded = List.of();
        loops = List.of(only);
    }

    /** The loop of a key, always the same one. */
    public Loop of(int hash) {
        return loops.get(Math.floorMod(hash * 0x9e3779b9 >>> 8, loops.size()));
    }

    /** The loop that runs the caller; where none does, the key's. */
    public Loop here(int hash) {
        for (IoLoop loop : threaded) {
            if (loop.isCurrent()) {
                return loop;
            }
        }
        return of(hash);
    }

    /** All of them. */
    public List<Loop> all() {
        return loops;
    }

    @Override
    public void close() {
        threaded.forEach(IoLoop::close);
    }
}
