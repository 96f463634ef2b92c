package dev.skein.client.internal;

import dev.skein.client.ConnectionEvent;
import dev.skein.client.ConnectionListener;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of attaching and detaching, in order, on the callback executor. Keeps at most {@value #BACKLOG_MAX} untold events. */
final class ConnectionReports {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionReports.class);
    private static final int BACKLOG_MAX = 1_024;

    private final Executor callbacks;
    private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> backlog = new ArrayDeque<>();
    private ConnectionEvent.@Nullable Connected present;
    private boolean busy;

    ConnectionReports(Executor callbacks) {
        this.callbacks = callbacks;
    }

    synchronized AutoCloseable add(ConnectionListener listener) {
        listeners.add(listener);
        ConnectionEvent now = present;
        if (now != null) {
            enqueue(() -> tell(listener, now));
        }
        return () -> listeners.remove(listener);
    }

    synchronized void report(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.Connected connected) {
            present = connected;
        } else if (event instanceof ConnectionEvent.Disconnected gone
                && gone.node().isPresent()) {
            present = null;
        }
        List<ConnectionListener> hearing = List.copyOf(listeners);
        if (!hearing.isEmpty()) {
            enqueue(() -> hearing.forEach(listener -> tell(listener, event)));
        }
    }

    private void enqueue(Runnable report) {
        if (backlog.size() >= BACKLOG_MAX) {
            LOG.warn("a connection report was left out: the listeners are {} behind", BACKLOG_MAX);
            return;
        }
        backlog.add(report);
        if (!busy) {
            busy = true;
            callbacks.execute(this::drain);
        }
    }

    private void drain() {
        while (true) {
            Runnable next;
            synchronized (this) {
                next = backlog.poll();
                if (next == null) {
                    busy = false;
                    return;
                }
            }
            next.run();
        }
    }

    private static void tell(ConnectionListener listener, ConnectionEvent event) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException defect) {
            LOG.warn("a connection listener threw", defect);
        }
    }
}
