package dev.skein.systemtests.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Ends processes: politely, then by force. Only those that a launcher started are ever signalled. */
final class ProcessStopper {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Progress progress;

    ProcessStopper(Progress progress) {
        this.progress = progress;
    }

    /** Stops the nodes first, while their connections still work, then the emulator. */
    void stop(ClusterState state) throws IOException {
        List<OwnedProcess> nodes =
                state.nodes().stream().map(NodeRecord::process).toList();
        OwnedProcess.signal("CONT", nodes);
        OwnedProcess.signal("TERM", nodes);
        awaitExit(state.nodes());
        OwnedProcess.signal("TERM", List.of(state.emulator()));
        awaitExit(state.emulator(), "the WAN emulator", TIMEOUT);
    }

    /** Waits for all of them, and kills those that take too long. */
    void awaitExit(List<NodeRecord> nodes) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        for (NodeRecord node : nodes) {
            awaitExit(node.process(), node.id(), Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }

    private void awaitExit(OwnedProcess process, String name, Duration timeout) throws IOException {
        try {
            if (!process.awaitExit(timeout)) {
                progress.say("  " + name + " did not stop in time and is killed");
                OwnedProcess.signal("KILL", List.of(process));
                process.awaitExit(TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + name + " to stop", e);
        }
    }
}
