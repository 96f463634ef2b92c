package dev.skein.systemtests.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process whose writes to one device take long, by a control group of its own (block I/O throttling, version 1 or 2). Closing lets the
 * process go back to where it was.
 */
public final class SlowDisk implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Path FIRST = ROOT.resolve("blkio");
    private static final String FIRST_RULE = "blkio.throttle.write_iops_device";

    private final Path group;
    private final Path before;
    private final long pid;

    private SlowDisk(Path group, Path before, long pid) {
        this.group = group;
        this.before = before;
        this.pid = pid;
    }

    /**
     * Slows a process down.
     *
     * @param device {@code MAJOR:MINOR}
     * @param writes a second, at most
     */
    public static SlowDisk begin(String name, long pid, String device, int writes) throws IOException {
        boolean isFirst = isFirstVersion();
        Path root = isFirst ? FIRST : ROOT;
        Path group = root.resolve("skein-" + ProcessHandle.current().pid() + "-" + name);
        Path before = root.resolve(membership(pid, isFirst).substring(1));
        Files.createDirectory(group);
        SlowDisk slow = new SlowDisk(group, before, pid);
        try {
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
            if (isFirst) {
                Files.writeString(group.resolve(FIRST_RULE), device + " " + writes);
            } else {
                Files.writeString(group.resolve("io.max"), device + " wiops=" + writes);
            }
            return slow;
        } catch (IOException e) {
            slow.close();
            throw e;
        }
    }

    /** The process's control group, as the kernel names it. */
    private static String membership(long pid, boolean isFirst) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && (isFirst ? parts[1].equals("blkio") : parts[0].equals("0"))) {
                return parts[2];
            }
        }
        return "/";
    }

    private static boolean isFirstVersion() {
        return Files.isWritable(FIRST.resolve("cgroup.procs"));
    }

    /** Why there can be none here; empty: there can. */
    static Optional<String> whyNot() {
        Optional<String> disks = Need.DISKS.missing();
        if (disks.isPresent()) {
            return disks;
        }
        if (isFirstVersion()) {
            return Files.exists(FIRST) ? Optional.empty() : Optional.of("no block throttling in " + FIRST);
        }
        try {
            boolean isSecond =
                    Files.readString(ROOT.resolve("cgroup.subtree_control")).contains("io");
            return isSecond ? Optional.empty() : Optional.of("control groups without io");
        } catch (IOException none) {
            return Optional.of("no control groups for block I/O");
        }
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(Path.of("/proc/" + pid))) {
            Files.writeString(before.resolve("cgroup.procs"), Long.toString(pid));
        }
        // An empty group and its rule end together.
        Files.delete(group);
    }
}
