package dev.skein.systemtests.launch;

import dev.skein.systemtests.wan.Cut;
import dev.skein.systemtests.wan.WanRemote;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Takes places of a running cluster out and lets them back, and keeps the state file in step. */
final class Outages {

    private final ClusterDirectory directory;
    private final Progress progress;

    Outages(ClusterDirectory directory, Progress progress) {
        this.directory = directory;
        this.progress = progress;
    }

    void kill(PlaceName place) throws IOException {
        kill(in(place));
    }

    void kill(List<NodeRecord> nodes) throws IOException {
        OwnedProcess.signal("KILL", processes(nodes));
        new ProcessStopper(progress).awaitExit(nodes);
        directory.update(now -> now.withNodes(ids(nodes), node -> node.withProcess(OwnedProcess.NONE)));
    }

    void stop(List<NodeRecord> nodes) throws IOException {
        OwnedProcess.signal("CONT", processes(nodes));
        OwnedProcess.signal("TERM", processes(nodes));
        new ProcessStopper(progress).awaitExit(nodes);
        directory.update(now -> now.withNodes(ids(nodes), node -> node.withProcess(OwnedProcess.NONE)));
    }

    void pause(PlaceName place) throws IOException {
        pause(in(place));
    }

    void pause(List<NodeRecord> nodes) throws IOException {
        OwnedProcess.signal("STOP", processes(nodes));
        directory.update(now -> now.withNodes(ids(nodes), node -> node.withPaused(true)));
    }

    void partition(PlaceName place) throws IOException {
        in(place);
        try (WanRemote wan = wan()) {
            wan.cut(Cut.off(place.name()));
        }
        directory.update(now -> {
            List<String> cut = new ArrayList<>(now.partitions());
            if (!cut.contains(place.name())) {
                cut.add(place.name());
            }
            return now.withPartitions(cut);
        });
    }

    void drain(PlaceName place) throws IOException {
        drain(in(place), false);
    }

    /** Ends what can be ended without starting a process; answers whether there was anything. */
    boolean lift(PlaceName place) throws IOException {
        List<NodeRecord> nodes = in(place);
        boolean healed = heal(place);
        List<NodeRecord> paused = resume(nodes);
        List<NodeRecord> draining =
                nodes.stream().filter(node -> node.draining() && node.isAlive()).toList();
        if (!draining.isEmpty()) {
            drain(draining, true);
        }
        return healed || !paused.isEmpty() || !draining.isEmpty();
    }

    /** Answers those that were paused. */
    List<NodeRecord> resume(List<NodeRecord> nodes) throws IOException {
        List<NodeRecord> paused = nodes.stream().filter(NodeRecord::paused).toList();
        OwnedProcess.signal("CONT", processes(paused));
        directory.update(now -> now.withNodes(ids(paused), node -> node.withPaused(false)));
        return paused;
    }

    private boolean heal(PlaceName place) throws IOException {
        boolean known = directory.require().partitions().contains(place.name());
        if (known) {
            try (WanRemote wan = wan()) {
                wan.heal(Cut.off(place.name()));
            }
            directory.update(now -> now.withPartitions(now.partitions().stream()
                    .filter(name -> !name.equals(place.name()))
                    .toList()));
        }
        return known;
    }

    private void drain(List<NodeRecord> nodes, boolean undo) throws IOException {
        for (NodeRecord node : nodes) {
            try (AdminCaller admin = new AdminCaller(node.client())) {
                var answer = admin.drain(undo);
                progress.say("  " + node.id() + (undo ? " takes part again" : " drains") + ": " + answer.getShardsLed()
                        + " shards led, " + answer.getSessions() + " sessions");
            } catch (StatusRuntimeException e) {
                throw new ClusterException(node.id() + " did not answer the drain request: " + e.getStatus());
            }
        }
        directory.update(now -> now.withNodes(ids(nodes), node -> node.withDraining(!undo)));
    }

    private List<NodeRecord> in(PlaceName place) throws IOException {
        return place.in(directory.require());
    }

    private WanRemote wan() throws IOException {
        return new WanRemote(directory.require().controlPort());
    }

    private static List<OwnedProcess> processes(List<NodeRecord> nodes) {
        return nodes.stream().map(NodeRecord::process).toList();
    }

    private static List<String> ids(List<NodeRecord> nodes) {
        return nodes.stream().map(NodeRecord::id).toList();
    }
}
