package dev.skein.systemtests.rig;

import dev.skein.systemtests.launch.ClusterDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk for each node: an ext4 file system on a loop device over a sparse file, mounted where {@link ClusterDirectory#disk} says.
 *
 * <p>A power cut shuts the file system down without writing anything more (the kernel's {@code EXT4_IOC_SHUTDOWN}): what a process has
 * written and not synced is only in memory and goes with it, what the device was told to keep stays. Mounting replays the journal, as after
 * a real cut. Processes have to be stopped before, so that none sees its disk die, and dead when the power comes back.
 *
 * <p>Thread-safe. Devices are released by the kernel with their last mount, so unmounting is all there is to clean up.
 */
public final class NodeDisks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeDisks.class);
    private static final long BYTES = 8L << 30;
    private static final long MEMORY_DISK_BYTES = 512L << 20;
    private static final long MEMORY_SPARE_BYTES = 64L << 20;
    private static final long TRIAL_BYTES = 16L << 20;
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int UNMOUNT_ATTEMPTS = 150;

    /** Until it is tried again; nobody tells when the last file of a disk is closed. */
    private static final long UNMOUNT_POLL_MILLIS = 200;

    /** {@code _IOR('X', 125, __u32)} with "log not flushed", on a file of each file system, one right after the other. */
    private static final String SHUT_DOWN =
            "for (@ARGV) { open(my $root, '<', $_) or die \"$_: $!\\n\"; my $how = pack('L', 2);"
                    + " ioctl($root, 0x8004587D, $how) or die \"$_: $!\\n\"; }";

    /** Nothing is written back by the clock: only what somebody syncs is kept. */
    private static final String MOUNT_OPTIONS = "loop,noatime,commit=60,noinit_itable";

    /** Where the sparse files are. */
    public enum Backing {
        /** Beside the cluster's other files. */
        FILE,
        /** In memory of a limited size, which can be filled: then the device can't write, and says so. */
        MEMORY
    }

    private record Disk(Path mount, Path image, @Nullable Path memory) {}

    private final Map<String, Disk> disks = new LinkedHashMap<>();
    private final Map<String, Imprint> imprints = new HashMap<>();
    private final Set<String> frozen = new HashSet<>();
    private @Nullable Thread closeOnExit;

    private NodeDisks() {}

    /** Makes a disk for each node of the cluster that will be started in this directory. */
    public static NodeDisks create(Path root, List<String> nodes, Backing backing) throws IOException {
        return create(root, nodes, backing, backing == Backing.FILE ? BYTES : MEMORY_DISK_BYTES);
    }

    private static NodeDisks create(Path root, List<String> nodes, Backing backing, long bytes) throws IOException {
        NodeDisks made = new NodeDisks();
        Thread hook = new Thread(made::unmountAll, "unmount-disks");
        Runtime.getRuntime().addShutdownHook(hook);
        made.closeOnExit = hook;
        try {
            for (String node : nodes) {
                made.add(node, ClusterDirectory.disk(root.toAbsolutePath().normalize(), node), backing, bytes);
            }
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private synchronized void add(String node, Path folder, Backing backing, long bytes) throws IOException {
        // As the kernel will name it.
        Path mount = Files.createDirectories(folder).toRealPath();
        Path memory = backing == Backing.MEMORY ? mount.resolveSibling(node + ".memory") : null;
        Disk disk =
                new Disk(mount, (memory == null ? mount.resolveSibling(node + ".img") : memory.resolve("img")), memory);
        disks.put(node, disk);
        if (memory != null) {
            Files.createDirectories(memory);
            Tool.run("mount", "-t", "tmpfs", "-o", "size=" + (bytes + MEMORY_SPARE_BYTES), "skein", memory.toString());
        }
        try (RandomAccessFile image = new RandomAccessFile(disk.image().toFile(), "rw")) {
            image.setLength(bytes);
        }
        Tool.run(
                "mkfs.ext4",
                "-q",
                "-F",
                "-m",
                "0",
                "-E",
                "lazy_itable_init=1,lazy_journal_init=1,nodiscard",
                disk.image().toString());
        mount(disk);
    }

    private static void mount(Disk disk) throws IOException {
        Tool.run(
                "mount",
                "-t",
                "ext4",
                "-o",
                MOUNT_OPTIONS,
                disk.image().toString(),
                disk.mount().toString());
    }

    private Disk disk(String node) throws IOException {
        Disk disk = disks.get(node);
        if (disk == null) {
            throw new IOException(node + " has no disk of its own");
        }
        return disk;
    }

    // ------------------------------------------------------------------ power

    /** Cuts the power of these nodes' disks, all at the same moment. Their processes stand still. */
    public synchronized void cutPower(Collection<String> nodes) throws IOException {
        List<String> command = new ArrayList<>(List.of("perl", "-e", SHUT_DOWN));
        for (String node : nodes) {
            Path mount = disk(node).mount();
            imprints.put(node, Imprint.of(mount));
            command.add(mount.toString());
        }
        Tool.run(command);
    }

    /** Gives the power back; answers what is not as it was. No process has a file open there. */
    public synchronized List<String> restorePower(Collection<String> nodes) throws IOException {
        List<String> gone = new ArrayList<>();
        for (String node : nodes) {
            Disk disk = disk(node);
            unmount(disk.mount());
            mount(disk);
            Imprint before = imprints.remove(node);
            if (before != null) {
                gone.add(node + ": " + before.whatBecameOfIt(Imprint.of(disk.mount())));
                // Looking has brought everything into memory, where it would not be after a cut.
                unmount(disk.mount());
                Tool.run("dd", "if=" + disk.image(), "iflag=nocache", "count=0", "status=none");
                mount(disk);
            }
        }
        return gone;
    }

    // ------------------------------------------------------------------ stalls and errors

    /** Whoever writes to the disk waits. */
    public synchronized void freeze(String node) throws IOException {
        frozen.add(node);
        Tool.run("fsfreeze", "--freeze", disk(node).mount().toString());
    }

    /** Ends that. */
    public synchronized void thaw(String node) throws IOException {
        if (frozen.contains(node)) {
            Tool.run("fsfreeze", "--unfreeze", disk(node).mount().toString());
            frozen.remove(node);
        }
    }

    /** Leaves the device no room for anything it has not yet written: it answers with I/O errors. */
    public synchronized void breakWrites(String node) throws IOException {
        Path memory = memory(disk(node));
        byte[] block = new byte[BLOCK_BYTES];
        try (RandomAccessFile filler =
                new RandomAccessFile(memory.resolve("filler").toFile(), "rw")) {
            while (memory.toFile().getUsableSpace() > 0) {
                filler.write(
                        block, 0, (int) Math.min(block.length, memory.toFile().getUsableSpace()));
            }
        } catch (IOException full) {
            LOG.debug("{} is full: {}", memory, full.getMessage());
        }
    }

    /** Gives the room back and mounts again what is left. No process has a file open there. */
    public synchronized void repair(String node) throws IOException {
        Disk disk = disk(node);
        Files.deleteIfExists(memory(disk).resolve("filler"));
        unmount(disk.mount());
        try {
            Tool.run("e2fsck", "-p", disk.image().toString());
        } catch (IOException corrected) {
            LOG.debug("{}: {}", node, corrected.getMessage());
        }
        mount(disk);
    }

    private static Path memory(Disk disk) throws IOException {
        if (disk.memory() == null) {
            throw new IOException(disk.image() + " is not in memory that can be filled");
        }
        return disk.memory();
    }

    /** Number of the node's device, as control groups want it. */
    public synchronized String device(String node) throws IOException {
        // The kernel's encoding of a device number: twelve bits of the major one, twenty of the minor one in two parts.
        long number = ((Number) Files.getAttribute(disk(node).mount(), "unix:dev")).longValue();
        return (number >> 8 & 0xfff) + ":" + (number & 0xff | number >> 12 & 0xfff00);
    }

    // ------------------------------------------------------------------ the end

    private synchronized void unmountAll() {
        for (String node : List.copyOf(frozen)) {
            quietly(() -> thaw(node));
        }
        disks.values().forEach(disk -> {
            quietly(() -> unmount(disk.mount()));
            Path memory = disk.memory();
            if (memory != null) {
                quietly(() -> unmount(memory));
            }
        });
        disks.clear();
    }

    /** Waits for processes that are about to end. */
    private static void unmount(Path mount) throws IOException {
        for (int attempt = 1; isMounted(mount); attempt++) {
            try {
                Tool.run("umount", mount.toString());
            } catch (IOException busy) {
                if (attempt == UNMOUNT_ATTEMPTS) {
                    throw busy;
                }
                pause();
            }
        }
    }

    private static boolean isMounted(Path mount) throws IOException {
        String word = " " + mount.toString().replace(" ", "\\040") + " ";
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream().anyMatch(line -> line.contains(word));
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(UNMOUNT_POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a disk is busy", e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void quietly(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            LOG.warn("a node's disk stays mounted: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        unmountAll();
        Thread hook = closeOnExit;
        if (hook != null) {
            closeOnExit = null;
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /** Why there can be none here, found out by trying; empty: there can. */
    static Optional<String> whyNot() {
        Optional<String> missing = Tool.missing("mkfs.ext4", "mount", "umount", "dd", "perl");
        if (missing.isPresent()) {
            return missing;
        }
        List<String> trial = List.of("trial");
        try {
            Path folder = Files.createTempDirectory("skein-disk");
            try (NodeDisks disks = create(folder, trial, Backing.FILE, TRIAL_BYTES)) {
                disks.cutPower(trial);
                disks.restorePower(trial);
                return Optional.empty();
            } finally {
                Files.deleteIfExists(folder.resolve("disks/trial.img"));
                Files.deleteIfExists(folder.resolve("disks/trial"));
                Files.deleteIfExists(folder.resolve("disks"));
                Files.deleteIfExists(folder);
            }
        } catch (IOException refused) {
            return Optional.of("no disk on a loop device: " + refused.getMessage());
        }
    }
}
