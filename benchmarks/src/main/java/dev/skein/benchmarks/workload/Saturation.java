package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Usage;
import dev.skein.benchmarks.measure.UsageMeter;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.RunningTarget.Aim;
import dev.skein.benchmarks.system.TargetClient;
import dev.skein.benchmarks.workload.Workload.Exercise;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** As many messages a second as the system acknowledges, with a bounded number unanswered. Latencies are those of a saturated system: mostly the time in queues. */
final class Saturation implements Exercise {

    private static final Duration DRAIN = Duration.ofSeconds(15);

    private final RunningTarget target;
    private final Shape shape;
    private final Settings settings;
    private final Acks acks = new Acks();
    private final List<TargetClient> clients = new ArrayList<>();
    private final List<PublishLoad> loads = new ArrayList<>();

    Saturation(RunningTarget target, Shape shape, Settings settings) throws IOException {
        this.target = target;
        this.shape = shape;
        this.settings = settings;
        List<String> channels = Measuring.channels(shape.channels());
        int inFlight = settings.inFlightMax(shape.payloadBytes());
        for (int i = 0; i < settings.clients(); i++) {
            TargetClient client = target.connect(Aim.THROUGHPUT, inFlight);
            clients.add(client);
            loads.add(new PublishLoad(client, channels, shape.payloadBytes(), inFlight, acks));
        }
        loads.forEach(load -> load.go(0));
        Measuring.letPass(settings.warmup());
    }

    @Override
    public Figures measure() throws IOException {
        loads.forEach(load -> load.go(0));
        long failed = acks.failedCount();
        UsageMeter meter = Measuring.meter(target);
        long before = acks.ackedCount();
        acks.latencies().openForAnswers();
        Measuring.letPass(settings.measure());
        long messages = acks.ackedCount() - before;
        Usage usage = meter.read();
        Figures figures = Figures.none().with(Figure.MSGS_PER_SEC, messages / usage.seconds());
        figures = Measuring.publishLatency(figures, acks.latencies().take());
        figures = Measuring.cost(figures, usage, messages, messages * shape.payloadBytes());
        return figures.with(Figure.FAILED, acks.failedCount() - failed);
    }

    @Override
    public String note() {
        return acks.note();
    }

    @Override
    public void close() {
        loads.forEach(PublishLoad::pause);
        loads.forEach(load -> load.drain(DRAIN));
        loads.forEach(PublishLoad::close);
        clients.forEach(TargetClient::close);
    }
}
