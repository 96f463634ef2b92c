package dev.skein.systemtests.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** Stands where a node stood, and sees whether those who call believe what it shows. */
final class Impostor implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int CALLS_MAX = 50;

    /** How a caller took it. */
    enum Reception {
        BELIEVED,
        REFUSED
    }

    private final ServerSocket port;

    Impostor(String address) throws IOException {
        int number = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        port = new ServerSocket();
        port.setReuseAddress(true);
        port.setSoTimeout(PATIENCE_MILLIS);
        port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), number));
    }

    /** Waits for somebody who gets as far as a verdict; callers may hang up for other reasons. */
    Reception receive(Credential shown) throws IOException, GeneralSecurityException {
        for (int call = 0; call < CALLS_MAX; call++) {
            try (Socket caller = port.accept();
                    SSLSocket tls = (SSLSocket) shown.serverContext()
                            .getSocketFactory()
                            .createSocket(caller, "127.0.0.1", caller.getPort(), true)) {
                tls.setUseClientMode(false);
                tls.setSoTimeout(PATIENCE_MILLIS);
                tls.startHandshake();
                return Reception.BELIEVED;
            } catch (SSLException verdict) {
                if (String.valueOf(verdict.getMessage()).contains("fatal alert")) {
                    return Reception.REFUSED;
                }
            }
        }
        throw new AssertionError("nobody gave a verdict on " + shown);
    }

    @Override
    public void close() throws IOException {
        port.close();
    }
}
