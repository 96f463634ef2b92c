package dev.skein.systemtests.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * Starts node processes a few at a time: a JVM's start takes most of a core for seconds, and nine at once would keep each other
 * from holding an election. A node makes room for the next as soon as its peer port is open, since it may have to wait for the
 * others before it is ready.
 */
final class ProcessStarter {

    private static final long POLL_MILLIS = 50;
    private static final Duration MAKE_ROOM = Duration.ofSeconds(8);

    private final ClusterDirectory directory;
    private final Progress progress;
    private final int atOnce = Math.max(2, Runtime.getRuntime().availableProcessors()) + 1;

    private static final class Start {
        final NodeRecord node;
        final OwnedProcess process;
        final ReadyLine ready;
        final long startedNanos = System.nanoTime();

        Start(NodeRecord node, OwnedProcess process, ReadyLine ready) {
            this.node = node;
            this.process = process;
            this.ready = ready;
        }

        /** Still loading classes, as far as can be seen from outside. */
        boolean isBusy() {
            return age().compareTo(MAKE_ROOM) < 0 && !Ports.isOpen(node.peer());
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - startedNanos);
        }
    }

    ProcessStarter(ClusterDirectory directory, Progress progress) {
        this.directory = directory;
        this.progress = progress;
    }

    /**
     * Starts the nodes and waits until each has said that it is ready.
     *
     * @param started told of each process at once, so that it is known even if a later one fails
     * @throws ClusterException with the end of the log when a process ends, or is not ready in time
     */
    void start(
            List<NodeRecord> nodes, NodeLaunch launch, Duration timeout, BiConsumer<NodeRecord, OwnedProcess> started)
            throws IOException {
        Deque<NodeRecord> waiting = new ArrayDeque<>(nodes);
        List<Start> starting = new ArrayList<>();
        while (!waiting.isEmpty() || !starting.isEmpty()) {
            while (!waiting.isEmpty() && busy(starting) < atOnce) {
                Start start = launch(waiting.removeFirst(), launch);
                starting.add(start);
                started.accept(start.node, start.process);
            }
            removeReady(starting, timeout);
            pause();
        }
    }

    private static long busy(List<Start> starting) {
        return starting.stream().filter(Start::isBusy).count();
    }

    private Start launch(NodeRecord node, NodeLaunch launch) throws IOException {
        JavaCommand command = new JavaCommand(
                launch.jvmFlags(node),
                launch.mainClass(),
                List.of("--config", directory.config(node.id()).toString()));
        ReadyLine ready = new ReadyLine(directory.log(node.id()));
        return new Start(node, command.startDetached(directory.log(node.id()), launch.lodging(node.id())), ready);
    }

    private void removeReady(List<Start> starting, Duration timeout) throws IOException {
        for (Iterator<Start> each = starting.iterator(); each.hasNext(); ) {
            Start start = each.next();
            if (start.ready.find().isPresent()) {
                double seconds = start.age().toMillis() / 1e3;
                progress.say(String.format(Locale.ROOT, "  %-10s ready after %.1f s", start.node.id(), seconds));
                each.remove();
            } else if (!start.process.isAlive()) {
                throw failed(start, "ended while starting");
            } else if (start.age().compareTo(timeout) > 0) {
                throw failed(start, "was not ready within " + timeout.toSeconds() + " s");
            }
        }
    }

    private ClusterException failed(Start start, String what) throws IOException {
        return new ClusterException(start.node.id() + " " + what + "; the end of " + directory.log(start.node.id())
                + ":\n  " + start.ready.evidence());
    }

    /** Waits for a single process, the emulator. */
    static String awaitReady(String name, OwnedProcess process, ReadyLine ready, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (process.isAlive() && System.nanoTime() - deadline < 0) {
            var line = ready.find();
            if (line.isPresent()) {
                return line.get();
            }
            pause();
        }
        throw new ClusterException(name + " did not start:\n  " + ready.evidence());
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting processes", e);
        }
    }
}
