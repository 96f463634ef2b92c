package dev.skein.systemtests.launch;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A cluster's directory: state file, configurations, logs and the nodes' data. Safe for several threads and processes at once. */
public final class ClusterDirectory {

    /** Within this process; between processes the file lock does it. */
    private static final Object IN_PROCESS = new Object();

    /** Records as they are: their {@code isAlive()} and the like are questions, not properties. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Path root;

    public ClusterDirectory(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    public Path root() {
        return root;
    }

    public Path config(String node) {
        return root.resolve("config").resolve(node + ".yaml");
    }

    Path log(String name) {
        return root.resolve("logs").resolve(name + ".log");
    }

    /** On the node's own disk, if it has one. */
    Path data(String node) {
        Path disk = disk(root, node);
        return Files.exists(disk) ? disk.resolve("data") : root.resolve("data").resolve(node);
    }

    /** Where a disk of the node's own is mounted in a cluster's directory. */
    public static Path disk(Path root, String node) {
        return root.resolve("disks").resolve(node);
    }

    Path wanPlan() {
        return root.resolve("config").resolve("wan.json");
    }

    public void create() throws IOException {
        for (String folder : new String[] {"config", "logs", "data"}) {
            Files.createDirectories(root.resolve(folder));
        }
    }

    /** The state, or empty when no cluster was ever started here. */
    Optional<ClusterState> read() throws IOException {
        if (!Files.exists(stateFile())) {
            return Optional.empty();
        }
        return Optional.of(JSON.readValue(stateFile().toFile(), ClusterState.class));
    }

    /** The state of a cluster that must exist. */
    ClusterState require() throws IOException {
        return read().orElseThrow(
                        () -> new ClusterException("no cluster in " + root + " (start one with: scripts/cluster up)"));
    }

    /** Changes the state and answers the new one. */
    ClusterState update(UnaryOperator<ClusterState> change) throws IOException {
        synchronized (IN_PROCESS) {
            try (FileChannel channel = FileChannel.open(
                            root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                ClusterState changed = change.apply(require());
                write(changed);
                return changed;
            }
        }
    }

    /** Writes a first state, or replaces it. */
    void write(ClusterState state) throws IOException {
        Path next = root.resolve("cluster.json.next");
        JSON.writeValue(next.toFile(), state);
        Files.move(next, stateFile(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        String endpoints = state.nodes().stream().map(NodeRecord::client).collect(Collectors.joining(","));
        Files.writeString(root.resolve("endpoints"), endpoints + "\n");
    }

    private Path stateFile() {
        return root.resolve("cluster.json");
    }
}
