package dev.skein.replication.link;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP forwarder that can go silent: bytes stop in both directions, nothing is closed, new connections hang. Or narrow: what goes through
 * it queues, as on a way between regions.
 */
public final class WireProxy implements Closeable {

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final long bytesPerSecond;
    private boolean silent;

    public WireProxy(InetSocketAddress target) throws IOException {
        this(target, Long.MAX_VALUE);
    }

    /** A wire that carries so many bytes a second in each direction. */
    public WireProxy(InetSocketAddress target, long bytesPerSecond) throws IOException {
        this.target = target;
        this.bytesPerSecond = bytesPerSecond;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::accept);
    }

    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    public synchronized void silence() {
        silent = true;
    }

    public synchronized void heal() {
        silent = false;
        notifyAll();
    }

    /** Breaks what is connected now. */
    void reset() {
        sockets.forEach(WireProxy::closeQuietly);
    }

    private void accept() {
        try {
            while (true) {
                Socket in = server.accept();
                accepted.incrementAndGet();
                sockets.add(in);
                thread(() -> connect(in));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(Socket in) {
        try {
            awaitWire();
            Socket out = new Socket();
            out.connect(target);
            out.setTcpNoDelay(true);
            in.setTcpNoDelay(true);
            sockets.add(out);
            thread(() -> pump(in, out, bytesPerSecond));
            pump(out, in, bytesPerSecond);
        } catch (IOException | InterruptedException e) {
            closeQuietly(in);
        }
    }

    private void pump(Socket from, Socket to, long bytesPerSecond) {
        byte[] buffer = new byte[64 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitWire();
                out.write(buffer, 0, n);
                LockSupport.parkNanos(n * 1_000_000_000L / bytesPerSecond);
            }
        } catch (IOException | InterruptedException e) {
            // One side is gone; both are closed.
        }
    }

    private synchronized void awaitWire() throws InterruptedException {
        while (silent) {
            wait();
        }
    }

    private static void thread(Runnable body) {
        Thread thread = new Thread(body, "wire-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closing is all that was asked.
        }
    }

    @Override
    public void close() {
        closeQuietly(server);
        heal();
        reset();
    }
}
