package dev.skein.systemtests.edge;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What stands between clients and nodes: a connection goes to the first node of the list that takes it. Can be cut, and counts what
 * goes to clients. A thread accepts, two carry each connection.
 */
final class LoadBalancer implements AutoCloseable {

    private static final int CONNECT_MILLIS = 2_000;

    private final ServerSocket door;
    private final List<String> nodes;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesToClients = new AtomicLong();
    private boolean isCut;

    LoadBalancer(List<String> nodes) throws IOException {
        this.nodes = List.copyOf(nodes);
        this.door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    String address() {
        return "127.0.0.1:" + door.getLocalPort();
    }

    long bytesToClients() {
        return bytesToClients.get();
    }

    /** Ends all connections; new ones end at once, until {@link #mend}. */
    synchronized void cut() {
        isCut = true;
        open.forEach(LoadBalancer::close);
        open.clear();
    }

    synchronized void mend() {
        isCut = false;
    }

    @Override
    public void close() {
        cut();
        close(door);
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                start("connect", () -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        Socket node = firstThatTakes();
        if (node == null || !remember(client, node)) {
            close(client);
            return;
        }
        start("to-node", () -> carry(client, node, new AtomicLong()));
        carry(node, client, bytesToClients);
    }

    /** Null: none. */
    private Socket firstThatTakes() {
        for (String address : nodes) {
            Socket socket = new Socket();
            try {
                int colon = address.lastIndexOf(':');
                int port = Integer.parseInt(address.substring(colon + 1));
                socket.connect(new InetSocketAddress(address.substring(0, colon), port), CONNECT_MILLIS);
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException down) {
                close(socket);
            }
        }
        return null;
    }

    private synchronized boolean remember(Socket client, Socket node) {
        if (isCut) {
            close(node);
            return false;
        }
        open.add(client);
        open.add(node);
        return true;
    }

    private void carry(Socket from, Socket to, AtomicLong count) {
        byte[] buffer = new byte[16 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                count.addAndGet(read);
            }
        } catch (IOException ended) {
            // The other side hears of it below.
        }
        for (Socket each : List.of(from, to)) {
            open.remove(each);
            close(each);
        }
    }

    private static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException alreadyGone) {
            // That is what was wanted.
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, "load-balancer-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
