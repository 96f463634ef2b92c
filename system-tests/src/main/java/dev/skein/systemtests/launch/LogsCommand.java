package dev.skein.systemtests.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shows a process's log. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "The end of a node's log, or of 'wan'.")
final class LogsCommand implements Callable<Integer> {

    @ParentCommand
    private ClusterMain cluster = new ClusterMain();

    @Parameters(paramLabel = "NODE", description = "A node, or wan.")
    private String name = "";

    @Option(names = "--lines", paramLabel = "N", description = "How many (default: ${DEFAULT-VALUE}; 0: all).")
    private int lines = 100;

    @Override
    public Integer call() throws IOException {
        LocalCluster running = LocalCluster.attach(cluster.data(), Progress.silent());
        if (!name.equals("wan")) {
            PlaceName.node(name).in(running.state());
        }
        Path log = running.log(name);
        System.err.println(log);
        Deque<String> last = new ArrayDeque<>();
        try (Stream<String> all = Files.lines(log)) {
            all.forEach(line -> {
                last.addLast(line);
                if (lines > 0 && last.size() > lines) {
                    last.removeFirst();
                }
            });
        }
        last.forEach(System.out::println);
        return 0;
    }
}
