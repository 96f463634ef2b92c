package dev.skein.systemtests.faults;

import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.systemtests.check.Damage;
import dev.skein.systemtests.launch.ClusterException;
import dev.skein.systemtests.launch.NodeRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Damages what a stopped node has on disk, starts it, and sees whether it refuses. Then does what an operator would: empties the directory
 * of who refused and lets it join anew. The node that is hurt is in nobody else's hands: the schedule has one such fault at a time.
 */
final class StorageFault implements Fault {

    /** Some damage is seen at once, some when the replica that it hurts is started. */
    private static final Duration OBSERVED_MIN = Duration.ofSeconds(8);

    private static final Duration OBSERVED_MAX = Duration.ofSeconds(60);
    private static final Duration REMEMBERED = Duration.ofSeconds(15);
    private static final long POLL_MILLIS = 200;

    /** A quarter of the file at least: more than a node writes between two marks of what is durable. */
    private static final int CUT_PARTS = 4;

    /** What a node can't see when it starts, or that looks like what a crash leaves; what it serves has to be right. */
    private static final Set<FaultKind> MAY_BE_TAKEN =
            EnumSet.of(FaultKind.WIPED, FaultKind.TORN_LOG, FaultKind.FLIP_STORE, FaultKind.FLIP_SNAPSHOT);

    private final FaultKind kind;
    private final Ground ground;
    private final Random random;
    private List<String> nodes = List.of();
    private boolean isDamaged;

    StorageFault(FaultKind kind, Ground ground, Random random) {
        this.kind = kind;
        this.ground = ground;
        this.random = random;
    }

    @Override
    public String begin() throws IOException {
        nodes = chosen();
        String node = nodes.get(0);
        if (kind == FaultKind.FLIP_SNAPSHOT || kind == FaultKind.FLIP_STORE) {
            // Without one there would be nothing to hurt.
            ground.operator()
                    .adminAt(ground.endpoint(node))
                    .snapshot()
                    .exceptionally(refused -> 0)
                    .join();
        }
        ground.processes().kill(nodes);
        if (kind == FaultKind.ROLLED_BACK) {
            DataFiles.copy(data(node), older(node));
            ground.processes().start(nodes);
        }
        return kind.word() + " " + String.join(", ", nodes);
    }

    private List<String> chosen() throws IOException {
        List<String> all = new ArrayList<>(ground.nodes());
        java.util.Collections.shuffle(all, random);
        return all.subList(0, kind == FaultKind.SWAPPED ? 2 : 1);
    }

    @Override
    public void hold(long untilNanos) throws IOException, InterruptedException {
        Pause.until(untilNanos);
        if (kind == FaultKind.ROLLED_BACK) {
            // Leaders remember what a node acknowledged and lived with for a while.
            Pause.until(System.nanoTime() + REMEMBERED.toNanos());
            ground.processes().kill(nodes);
        }
        Optional<String> what = damage();
        if (what.isEmpty()) {
            ground.progress().say("  " + kind.word() + ": nothing there to hurt on " + nodes.get(0));
            return;
        }
        isDamaged = true;
        ground.progress().say("  " + nodes.get(0) + ": " + what.get());
        Optional<String> refusal = startAndObserve();
        refusal.ifPresent(reason -> ground.progress().say("  refused: " + reason));
        boolean must = !MAY_BE_TAKEN.contains(kind);
        ground.storage().add(new Damage(kind.word(), nodes.get(0), what.get(), must, refusal));
        if (refusal.isEmpty()) {
            ground.progress().say("  " + String.join(", ", nodes) + " took it and serves");
        } else {
            ground.processes().kill(nodes);
            repair();
        }
    }

    private Optional<String> damage() throws IOException {
        Path data = data(nodes.get(0));
        return switch (kind) {
            case CUT_LOG -> DataFiles.cutNewest(data.resolve("log"), random, CUT_PARTS);
            case TORN_LOG -> DataFiles.cutNewest(data.resolve("log"), random, 0);
            case FLIP_LOG -> DataFiles.flipOne(data.resolve("log"), ".log", random);
            case MISSING_LOG -> DataFiles.removeOne(data.resolve("log"), ".log", random);
            case FLIP_VOTE -> DataFiles.flipAllSlots(data.resolve("groups"), "raft-meta", random);
            case MISSING_VOTE -> DataFiles.removeOne(data.resolve("groups"), "raft-meta", random);
            case FLIP_STORE -> DataFiles.flipOne(data.resolve("store"), ".sst", random);
            case FLIP_SNAPSHOT -> DataFiles.flipOneUnder(data.resolve("groups"), "snapshot", random);
            case MISSING_IDENTITY -> DataFiles.removeOne(data, "identity", random);
            case ROLLED_BACK -> {
                DataFiles.delete(data);
                Files.move(older(nodes.get(0)), data);
                yield Optional.of("an older copy of itself");
            }
            case SWAPPED -> {
                swap();
                yield Optional.of("the directory of " + nodes.get(1) + ", and the other way round");
            }
            default -> {
                DataFiles.delete(data);
                yield Optional.of("an empty directory");
            }
        };
    }

    private void swap() throws IOException {
        Path aside = older(nodes.get(0));
        DataFiles.move(data(nodes.get(0)), aside);
        DataFiles.move(data(nodes.get(1)), data(nodes.get(0)));
        DataFiles.move(aside, data(nodes.get(1)));
    }

    private Optional<String> startAndObserve() throws IOException, InterruptedException {
        try {
            ground.processes().start(nodes);
        } catch (ClusterException refused) {
            return Optional.of(lastLine(String.valueOf(refused.getMessage())));
        }
        long start = System.nanoTime();
        Optional<String> refusal = refusal(nodes.get(0));
        while (refusal.isEmpty()
                && (System.nanoTime() - start < OBSERVED_MIN.toNanos() || !isWhole())
                && Pause.upTo(POLL_MILLIS, start + OBSERVED_MAX.toNanos())) {
            refusal = refusal(nodes.get(0));
        }
        return refusal;
    }

    /** Whether all replicas take part again, the damaged node's too. */
    private boolean isWhole() throws IOException {
        return ground.cluster()
                .statusOf(nodes.get(0), false)
                .filter(status -> status.getNamespacesCount() > 0)
                .filter(status -> status.getNamespacesList().stream().allMatch(NamespaceStatus::getGoalMet))
                .isPresent();
    }

    /** Why the node takes no part, if it takes none. */
    private Optional<String> refusal(String node) throws IOException {
        Optional<NodeRecord> record = ground.cluster().state().nodes().stream()
                .filter(each -> each.id().equals(node))
                .findFirst();
        if (record.isPresent() && !record.get().isAlive()) {
            Path marker = data(node).resolve("quarantined");
            return Optional.of(Files.exists(marker) ? Files.readString(marker).strip() : "the process ended");
        }
        Optional<StatusResponse> status = ground.cluster().statusOf(node, true);
        return status.flatMap(answer -> quarantined(answer, node).or(() -> fenced(answer, node)));
    }

    private static Optional<String> quarantined(StatusResponse status, String node) {
        return status.getNodesList().stream()
                .filter(each -> each.getNode().equals(node))
                .map(NodeStatus::getQuarantined)
                .filter(reason -> !reason.isEmpty())
                .findFirst();
    }

    private static Optional<String> fenced(StatusResponse status, String node) {
        return status.getNamespacesList().stream()
                .flatMap(namespace -> namespace.getShardStatusList().stream())
                .flatMap(shard -> shard.getReplicasList().stream())
                .filter(replica ->
                        replica.getNode().equals(node) && !replica.getFenced().isEmpty())
                .map(replica -> "fenced: " + replica.getFenced())
                .findFirst();
    }

    private void repair() throws IOException {
        if (kind == FaultKind.SWAPPED) {
            swap();
        } else {
            DataFiles.delete(data(nodes.get(0)));
        }
        ground.processes().start(nodes);
    }

    @Override
    public void end() throws IOException {
        if (!isDamaged) {
            ground.processes().start(nodes);
        }
        DataFiles.delete(older(nodes.isEmpty() ? "nobody" : nodes.get(0)));
    }

    private Path data(String node) {
        return ground.cluster().data(node);
    }

    private Path older(String node) {
        return data(node).resolveSibling(node + ".older");
    }

    private static String lastLine(String text) {
        return text.strip().lines().reduce("", (first, next) -> next).strip();
    }
}
