package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ceiling of fan-out over gRPC: see {@link BareGrpcServerMain}. */
final class BareGrpcTarget implements Target {

    @Override
    public String name() {
        return "bare-grpc";
    }

    @Override
    public List<Durability> durabilities() {
        return List.of(Durability.NONE);
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public boolean suits(String workload) {
        return workload.equals("fanout-streams");
    }

    @Override
    public RunningTarget start(TargetPlan plan, Progress progress) throws IOException {
        int port = FreePorts.take(1)[0];
        Path log = plan.directory().resolve("bare-grpc.log");
        List<String> command = ServerProcess.java(
                SkeinTarget.JVM_FLAGS, SkeinTarget.classPath(), BareGrpcServerMain.class.getName(), List.of("" + port));
        ServerProcess server = ServerProcess.start("bare-grpc", command, Map.of(), log);
        try {
            server.awaitLogged("ready");
        } catch (IOException e) {
            server.stop();
            throw e;
        }
        return new Running(server, "127.0.0.1:" + port);
    }

    private record Running(ServerProcess server, String endpoint) implements RunningTarget {

        @Override
        public List<ServerProcess> servers() {
            return List.of(server);
        }

        @Override
        public TargetClient connect(Aim aim, int inFlightMax) {
            return new StreamClient(endpoint, "", 1);
        }

        @Override
        public TargetClient connectStreams(int connections) {
            return new StreamClient(endpoint, "", connections);
        }

        @Override
        public ServerProcess leaderOf(String channel) {
            return server;
        }

        @Override
        public void awaitWhole() {}

        @Override
        public void close() {
            server.stop();
        }
    }
}
