package dev.skein.systemtests.launch;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.proto.admin.v1.StatusResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Shows what runs. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Nodes, leaders, outages, and what each namespace would survive. Exit code 1 when nothing runs.")
final class StatusCommand implements Callable<Integer> {

    @ParentCommand
    private ClusterMain cluster = new ClusterMain();

    @Option(names = "--json", description = "Machine-readable.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        LocalCluster running = LocalCluster.attach(cluster.data(), Progress.silent());
        ClusterState state = running.state();
        Optional<StatusResponse> status = status(running, state);
        if (json) {
            System.out.println(new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(ClusterTable.toJson(state, status)));
        } else {
            System.out.print(ClusterTable.of(state, status));
        }
        return state.isRunning() ? 0 : 1;
    }

    private static Optional<StatusResponse> status(LocalCluster running, ClusterState state) {
        if (!state.isRunning()) {
            System.err.println("the cluster in " + running.directory() + " is not running");
            return Optional.empty();
        }
        try {
            return Optional.of(running.status(false));
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return Optional.empty();
        }
    }
}
