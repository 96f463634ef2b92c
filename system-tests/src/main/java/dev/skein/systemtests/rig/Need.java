package dev.skein.systemtests.rig;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a fault needs of the machine. */
public enum Need {
    /** Disks of the nodes' own, whose power can be cut. */
    DISKS(NodeDisks::whyNot),
    /** Such disks, and that they can be frozen. */
    FREEZING(() -> Tool.missing("fsfreeze").or(NodeDisks::whyNot)),
    /** Such disks, and that they can be slowed down. */
    THROTTLING(SlowDisk::whyNot),
    /** Such disks in memory of limited size. */
    MEMORY_DISKS(() -> Tool.missing("e2fsck").or(NodeDisks::whyNot)),
    /** Wall clocks of the nodes' own. */
    CLOCKS(NodeClocks::whyNot),
    /** Networks of the nodes' own. */
    NETWORKS(NodeNetworks::whyNot);

    private final Supplier<Optional<String>> trial;
    private @Nullable Optional<String> missing;

    Need(Supplier<Optional<String>> trial) {
        this.trial = trial;
    }

    /** What is missing here, in a few words; empty: nothing. Tried once in a process. */
    public synchronized Optional<String> missing() {
        Optional<String> known = missing;
        if (known == null) {
            known = trial.get();
            missing = known;
        }
        return known;
    }
}
