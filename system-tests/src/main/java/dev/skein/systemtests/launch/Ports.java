package dev.skein.systemtests.launch;

import dev.skein.core.Checks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.random.RandomGenerator;

/** Finds blocks of free ports below the range from which systems take ports for outgoing connections. */
final class Ports {

    private static final int LOWEST = 11_000;
    private static final int HIGHEST = 31_000;
    private static final int ATTEMPTS = 200;
    private static final int CONNECT_MILLIS = 1_000;

    private Ports() {}

    /** First port of a block in which every port is free now. */
    static int freeBlock(int size, RandomGenerator random) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int base = random.nextInt(LOWEST, HIGHEST - size);
            if (isFree(base, size)) {
                return base;
            }
        }
        throw new ClusterException("no " + size + " free ports in a row between " + LOWEST + " and " + HIGHEST);
    }

    /** Refuses a block with a port in use. */
    static void checkFree(int base, int size) {
        for (int port = base; port < base + size; port++) {
            Checks.check(isFree(port, 1), "port", port, "a free port; --base-port takes " + size + " in a row");
        }
    }

    /** Whether somebody listens at {@code host:port}. */
    static boolean isOpen(String address) {
        int colon = address.lastIndexOf(':');
        int port = Integer.parseInt(address.substring(colon + 1));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.substring(0, colon), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isFree(int base, int size) {
        for (int port = base; port < base + size; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
