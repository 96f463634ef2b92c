package dev.skein.systemtests.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Stops a cluster. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stops every process: politely first, then by force. The data stays unless --wipe is given.")
final class DownCommand implements Callable<Integer> {

    @ParentCommand
    private ClusterMain cluster = new ClusterMain();

    @Option(names = "--wipe", description = "Delete the cluster's configuration, logs and data too.")
    private boolean wipe;

    @Override
    public Integer call() throws IOException {
        ClusterDirectory directory = new ClusterDirectory(cluster.data());
        if (directory.read().isEmpty()) {
            System.err.println("no cluster in " + directory.root());
            return 0;
        }
        LocalCluster running = LocalCluster.attach(cluster.data(), ClusterMain.toTerminal());
        if (running.state().isRunning()) {
            System.err.println("stopping " + running.state().nodes().size() + " nodes");
            running.stop();
        }
        if (wipe) {
            wipe(directory.root());
        }
        System.err.println(wipe ? "stopped and wiped" : "stopped; the data is in " + directory.root());
        return 0;
    }

    /** Only what a launcher makes, in case the directory holds something else too. */
    private static void wipe(Path root) throws IOException {
        for (String name : List.of("config", "logs", "data", "cluster.json", "endpoints", "lock")) {
            Path path = root.resolve(name);
            if (!Files.exists(path)) {
                continue;
            }
            try (Stream<Path> tree = Files.walk(path)) {
                for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
