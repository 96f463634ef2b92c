package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Memory;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.ServerProcess;
import dev.skein.benchmarks.system.Target;
import dev.skein.benchmarks.system.TargetClient;
import dev.skein.benchmarks.system.TargetClient.From;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * WebSockets to one server that follow a channel each, of a few hundred, in which nothing happens: what one more of them takes of the server's memory.
 * The first thousand make classes and pools, and don't count.
 */
final class IdleSockets implements Workload {

    private static final int FIRST = 1_000;
    private static final int CHANNELS = 200;

    @Override
    public String name() {
        return "idle-sockets";
    }

    @Override
    public String about() {
        return "memory of a server for an idle WebSocket with a subscription";
    }

    @Override
    public List<Shape> shapes() {
        return List.of(new Shape(0, 12, CHANNELS, 10_000));
    }

    @Override
    public boolean suits(Target target) {
        return target.isSkein() && target.suits(name());
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        return new Crowd(target, shape, settings);
    }

    private static final class Crowd implements Exercise {

        private final List<TargetClient> clients = new ArrayList<>();
        private final Figures figures;

        Crowd(RunningTarget target, Shape shape, Settings settings) throws IOException {
            ServerProcess server = target.servers().get(0);
            follow(target, shape, FIRST);
            Measuring.letPass(settings.warmup());
            Memory few = Memory.of(List.of(server.pid()));
            follow(target, shape, shape.subscribers());
            Measuring.letPass(settings.measure());
            Memory many = Memory.of(List.of(server.pid()));
            double resident = many.residentBytes() - few.residentBytes();
            Figures measured = Figures.none().with(Figure.RESIDENT_PER_CONNECTION, resident / shape.subscribers());
            OptionalDouble before = few.heapBytes();
            OptionalDouble after = many.heapBytes();
            figures = before.isEmpty() || after.isEmpty()
                    ? measured
                    : measured.with(
                            Figure.HEAP_PER_CONNECTION,
                            (after.getAsDouble() - before.getAsDouble()) / shape.subscribers());
        }

        private void follow(RunningTarget target, Shape shape, int sockets) throws IOException {
            List<String> channels = Measuring.channels(shape.channels());
            TargetClient client = target.connectSockets();
            clients.add(client);
            List<String> wanted = new ArrayList<>(sockets);
            for (int i = 0; i < sockets; i++) {
                wanted.add(channels.get(i % channels.size()));
            }
            client.subscribe(wanted, From.NOW, payload -> {});
        }

        @Override
        public Figures measure() {
            return figures;
        }

        @Override
        public void close() {
            clients.forEach(TargetClient::close);
        }
    }
}
