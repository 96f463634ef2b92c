package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Memory;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.RunningTarget.Aim;
import dev.skein.benchmarks.system.ServerProcess;
import dev.skein.benchmarks.system.TargetClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Throughput with few and with very many channels, and what a channel takes of a server's memory: as many messages go to a thousand channels first as
 * then to all of them, one each, and the memory after the one is taken from the memory after the other.
 */
final class Channels implements Workload {

    private static final int FEW = 1_000;
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final double MIB = 1 << 20;

    @Override
    public String name() {
        return "channels";
    }

    @Override
    public String about() {
        return "throughput with 1,000, 100,000 and 1,000,000 channels, and memory for each of them";
    }

    @Override
    public List<Shape> shapes() {
        return List.of(Shape.of(100, 12, FEW), Shape.of(100, 12, 100_000), Shape.of(100, 96, 1_000_000));
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        Figures memory = Figures.none();
        if (shape.channels() > FEW) {
            List<String> all = Measuring.channels(shape.channels());
            Memory few = publish(target, shape, settings, all.subList(0, FEW));
            Memory many = publish(target, shape, settings, all);
            target.awaitWhole();
            memory = perChannel(few, many, shape.channels() - FEW);
        }
        return new Known(new Saturation(target, shape, settings), memory);
    }

    /** Publishes as many messages as the shape has channels, to these channels in turn. */
    private static Memory publish(RunningTarget target, Shape shape, Settings settings, List<String> channels)
            throws IOException {
        int inFlight = settings.inFlightMax(shape.payloadBytes());
        Acks acks = new Acks();
        try (TargetClient client = target.connect(Aim.THROUGHPUT, inFlight);
                PublishLoad load = new PublishLoad(client, channels, shape.payloadBytes(), inFlight, acks)) {
            load.go(0);
            new Watch(acks::ackedCount).await("publishing", shape.channels());
            load.drain(DRAIN);
        }
        return Memory.of(target.servers().stream().map(ServerProcess::pid).toList());
    }

    private static Figures perChannel(Memory few, Memory many, int channels) {
        double resident = many.residentBytes() - few.residentBytes();
        Figures figures = Figures.none().with(Figure.RESIDENT_PER_CHANNEL, resident / channels);
        OptionalDouble before = few.heapBytes();
        OptionalDouble after = many.heapBytes();
        if (before.isEmpty() || after.isEmpty()) {
            return figures;
        }
        return figures.with(Figure.HEAP_PER_CHANNEL, (after.getAsDouble() - before.getAsDouble()) / channels)
                .with(Figure.HEAP_MIB, after.getAsDouble() / MIB);
    }

    /**
     * Saturation with channels that the system knows already.
     *
     * @param memory measured before
     */
    private record Known(Saturation saturation, Figures memory) implements Exercise {

        @Override
        public Figures measure() throws IOException {
            return saturation.measure().withAll(memory);
        }

        @Override
        public String note() {
            return saturation.note();
        }

        @Override
        public void close() {
            saturation.close();
        }
    }
}
