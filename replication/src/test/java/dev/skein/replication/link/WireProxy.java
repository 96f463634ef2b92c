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

/** A TCP forwarder that can go silent: bytes stop in both directions, nothing is closed, new connections hang. */
final class WireProxy implements Closeable {

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private boolean silent;

    WireProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    synchronized void silence() {
        silent = true;
    }

    synchronized void heal() {
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
            thread(() -> pump(in, out));
            pump(out, in);
        } catch (IOException | InterruptedException e) {
            closeQuietly(in);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[64 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitWire();
                out.write(buffer, 0, n);
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
