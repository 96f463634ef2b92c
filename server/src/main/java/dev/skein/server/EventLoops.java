package dev.skein.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that all ports and all connections to other nodes share.
 *
 * <p>The service queue has no length limit of its own: a call has at most one task in it, and calls are limited per connection.
 */
final class EventLoops implements AutoCloseable {

    private static final int SERVICE_THREADS = 4;

    private final EventLoopGroup acceptor;
    private final EventLoopGroup io;
    private final ThreadPoolExecutor services;

    EventLoops(String node, int threads) {
        acceptor = group(1, "skein-accept-" + node);
        io = group(threads, "skein-io-" + node);
        services = new ThreadPoolExecutor(
                SERVICE_THREADS,
                SERVICE_THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named("skein-grpc-" + node));
        services.allowCoreThreadTimeOut(true);
    }

    EventLoopGroup acceptor() {
        return acceptor;
    }

    EventLoopGroup io() {
        return io;
    }

    /** The event loop that runs the caller; any when none does. */
    Executor current() {
        for (EventExecutor loop : io) {
            if (loop.inEventLoop()) {
                return loop;
            }
        }
        return io.next();
    }

    /** Runs gRPC handlers. */
    ThreadPoolExecutor services() {
        return services;
    }

    @Override
    public void close() {
        acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        io.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        services.shutdown();
    }

    /** Daemon threads of one name, numbered. */
    static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private static EventLoopGroup group(int threads, String name) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }
}
