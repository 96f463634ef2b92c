package dev.skein.systemtests.faults;

import dev.skein.systemtests.check.Damage;
import dev.skein.systemtests.launch.ClusterException;
import dev.skein.systemtests.launch.NodeRecord;
import dev.skein.systemtests.rig.SlowDisk;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A node's disk that stands still, is slow, or answers with errors. */
final class DiskFault implements Fault {

    private static final int WRITES_A_SECOND = 20;

    private final FaultKind kind;
    private final Ground ground;
    private final Random random;
    private String node = "";
    private @Nullable SlowDisk slow;

    DiskFault(FaultKind kind, Ground ground, Random random) {
        this.kind = kind;
        this.ground = ground;
        this.random = random;
    }

    @Override
    public String begin() throws IOException {
        node = kind == FaultKind.SLOW_DISK ? Ground.pick(ground.nodes(), random) : ground.leader(random);
        switch (kind) {
            case SLOW_DISK -> slow = SlowDisk.begin(node, pid(), disks().device(node), WRITES_A_SECOND);
            case TRUE_IO_ERROR -> disks().breakWrites(node);
            default -> disks().freeze(node);
        }
        return kind.word() + " " + node;
    }

    private dev.skein.systemtests.rig.NodeDisks disks() throws IOException {
        return ground.machine().rig().disks();
    }

    private long pid() throws IOException {
        return ground.cluster().state().nodes().stream()
                .filter(record -> record.id().equals(node) && record.isAlive())
                .mapToLong(record -> record.process().pid())
                .findFirst()
                .orElseThrow(() -> new ClusterException(node + " is down"));
    }

    @Override
    public void end() throws IOException {
        if (node.isEmpty()) {
            return;
        }
        switch (kind) {
            case SLOW_DISK -> {
                if (slow != null) {
                    slow.close();
                }
            }
            case TRUE_IO_ERROR -> repair();
            default -> disks().thaw(node);
        }
        // A node that gave up is started by whoever looks after it.
        ground.processes().start(List.of(node));
    }

    /** A new device with what the old one still had; a node that does not want that any more joins anew. */
    private void repair() throws IOException {
        boolean hadEnded = ground.cluster().state().nodes().stream()
                .filter(record -> record.id().equals(node))
                .noneMatch(NodeRecord::isAlive);
        ground.processes().kill(List.of(node));
        disks().repair(node);
        Optional<String> refusal = Optional.empty();
        try {
            ground.processes().start(List.of(node));
        } catch (ClusterException refused) {
            refusal = Optional.of(String.valueOf(refused.getMessage())
                    .lines()
                    .reduce("", (one, next) -> next)
                    .strip());
            DataFiles.delete(ground.cluster().data(node));
            ground.processes().start(List.of(node));
        }
        String what = "its device could not write" + (hadEnded ? "; it had ended by itself" : "; it was still running");
        ground.storage().add(new Damage(kind.word(), node, what, false, refusal));
    }
}
