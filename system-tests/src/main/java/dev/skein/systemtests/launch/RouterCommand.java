package dev.skein.systemtests.launch;

import dev.skein.systemtests.wan.Place;
import dev.skein.systemtests.wan.PlaceKind;
import dev.skein.systemtests.wan.WanRemote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Runs the region router as a process of its own, beside the running cluster. */
@Command(
        name = "router",
        mixinStandardHelpOptions = true,
        description = "Runs a region router as its own process until it is interrupted.")
final class RouterCommand implements Callable<Integer> {

    private static final String MAIN = "dev.skein.router.RouterProcessMain";

    @ParentCommand
    private ClusterMain cluster = new ClusterMain();

    @Option(names = "--region", paramLabel = "REGION", description = "Where it stands (the first region).")
    private @Nullable String region;

    @Option(names = "--port", paramLabel = "PORT", description = "Where it listens (0: any free one).")
    private int port;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LocalCluster running = LocalCluster.attach(cluster.data(), Progress.silent());
        ClusterState state = running.state();
        String where = region == null ? state.plan().regions().get(0) : region;
        PlaceName.region(where).in(state);
        int listen = port == 0 ? Ports.freeBlock(1, new Random()) : port;
        String name = "router-" + where + "-" + listen;
        int proxy = addPlace(running, name, where, "127.0.0.1:" + listen);
        List<String> flags = new ArrayList<>(List.of("-Xmx96m", "-XX:+UseSerialGC", "-Xss512k"));
        flags.addAll(JavaCommand.proxyFlags(proxy));
        String seeds =
                String.join(",", state.nodes().stream().map(NodeRecord::peer).toList());
        String address = "127.0.0.1:" + listen;
        List<String> arguments =
                List.of("--plaintext", "--listen", address, "--seeds", seeds, "--region", where, "--name", name);
        return new JavaCommand(flags, MAIN, arguments).runHere();
    }

    private static int addPlace(LocalCluster running, String name, String region, String address) throws IOException {
        try (WanRemote wan = running.wan()) {
            return wan.add(new Place(name, PlaceKind.ROUTER, region, "router", List.of(address), 0))
                    .getPort();
        }
    }
}
