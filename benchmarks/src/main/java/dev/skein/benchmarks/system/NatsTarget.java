package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.Progress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** NATS JetStream: three servers, a stream with three replicas in files for each shard. A channel is a subject. */
final class NatsTarget implements Target {

    private static final String PROGRAM = "nats-server";
    private static final int SERVERS = 3;

    @Override
    public String name() {
        return "nats";
    }

    @Override
    public List<Durability> durabilities() {
        return List.of(Durability.FSYNC_QUORUM, Durability.PAGE_CACHE);
    }

    @Override
    public Optional<String> missing() {
        return program().isPresent() ? Optional.empty() : Optional.of("not installed (nats-server is not on the PATH)");
    }

    private static Optional<Path> program() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public RunningTarget start(TargetPlan plan, Progress progress) throws IOException {
        int[] ports = FreePorts.take(2 * SERVERS);
        List<ServerProcess> servers = new ArrayList<>();
        String endpoints = IntStream.range(0, SERVERS)
                .mapToObj(server -> "nats://127.0.0.1:" + ports[2 * server])
                .collect(Collectors.joining(","));
        RunningNats running = new RunningNats(servers, endpoints, plan);
        try {
            for (int server = 0; server < SERVERS; server++) {
                Path config = configure(server, ports, plan);
                List<String> command = List.of(program().orElseThrow().toString(), "-c", config.toString());
                Path log = plan.directory().resolve("nats-" + server + ".log");
                servers.add(ServerProcess.start("nats-" + server, command, Map.of(), log));
            }
            running.createStreams();
            return running;
        } catch (IOException | RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private static Path configure(int server, int[] ports, TargetPlan plan) throws IOException {
        String routes = IntStream.range(0, SERVERS)
                .mapToObj(each -> "nats://127.0.0.1:" + ports[2 * each + 1])
                .collect(Collectors.joining(", "));
        String sync = plan.durability() == Durability.FSYNC_QUORUM ? "  sync_interval: always\n" : "";
        String text = "server_name: nats-" + server + "\n"
                + "listen: \"127.0.0.1:" + ports[2 * server] + "\"\n"
                + "jetstream {\n"
                + "  store_dir: \"" + plan.directory().resolve("data-" + server) + "\"\n"
                + sync
                + "}\n"
                + "cluster {\n  name: bench\n  listen: \"127.0.0.1:" + ports[2 * server + 1] + "\"\n"
                + "  routes: [" + routes + "]\n}\n";
        return Files.writeString(plan.directory().resolve("nats-" + server + ".conf"), text);
    }
}
