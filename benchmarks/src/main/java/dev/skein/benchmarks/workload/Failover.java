package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.RunningTarget.Aim;
import dev.skein.benchmarks.system.ServerProcess;
import dev.skein.benchmarks.system.TargetClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The process that leads a channel is killed, or stopped without a word, while messages go to the channel at a fixed rate: the longest time
 * without an acknowledgement. Then it comes back, and when all is whole again the next one is taken out.
 *
 * @param kill SIGKILL, or SIGSTOP
 */
record Failover(String name, String about, boolean kill) implements Workload {

    private static final int RATE_MAX = 500;
    private static final int SECONDS_OF_BACKLOG = 60;
    private static final Duration BEFORE = Duration.ofSeconds(2);

    /** A second silence soon after the first belongs to the same failure. */
    private static final Duration AFTER = Duration.ofSeconds(2);

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    static Failover killing() {
        return new Failover("failover", "longest time without an acknowledgement when the leader is killed", true);
    }

    static Failover stopping() {
        return new Failover("failover-stop", "the same when the leader hangs (SIGSTOP)", false);
    }

    @Override
    public List<Shape> shapes() {
        return List.of(Shape.of(100, 12, 1));
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        return new Failures(target, shape, settings);
    }

    private final class Failures implements Exercise {

        private final RunningTarget target;
        private final int failures;
        private final String channel = Measuring.channels(1).get(0);
        private final Silence silence = new Silence();
        private final Acks acks = new Acks(silence);
        private final TargetClient client;
        private final PublishLoad load;

        Failures(RunningTarget target, Shape shape, Settings settings) throws IOException {
            this.target = target;
            this.failures = settings.failures();
            int rate = Math.min(RATE_MAX, settings.ratePerSecond());
            int backlog = rate * SECONDS_OF_BACKLOG;
            client = target.connect(Aim.LATENCY, backlog);
            load = new PublishLoad(client, List.of(channel), shape.payloadBytes(), backlog, acks);
            load.go(rate);
            Measuring.letPass(settings.warmup());
        }

        @Override
        public Figures measure() throws IOException {
            List<Double> gaps = new ArrayList<>();
            long failed = acks.failedCount();
            for (int i = 0; i < failures; i++) {
                gaps.add(oneFailure());
            }
            gaps.sort(null);
            return Figures.none()
                    .with(Figure.GAP_P50_MS, nearestRank(gaps, 0.5))
                    .with(Figure.GAP_P99_MS, nearestRank(gaps, 0.99))
                    .with(Figure.FAILED, acks.failedCount() - failed);
        }

        private double oneFailure() throws IOException {
            target.awaitWhole();
            Measuring.letPass(BEFORE);
            ServerProcess leader = target.leaderOf(channel);
            long start = System.nanoTime();
            silence.reset(start);
            takeOut(leader);
            try {
                awaitAnswers(start);
                Measuring.letPass(AFTER);
                return silence.longestNanos(System.nanoTime()) / 1e6;
            } finally {
                leader.resume();
                leader.restart();
            }
        }

        private void takeOut(ServerProcess leader) throws IOException {
            if (kill) {
                leader.kill();
            } else {
                leader.pause();
            }
        }

        /** What was under way at the moment itself may still be answered; it takes a later message to know that all is well. */
        private void awaitAnswers(long startNanos) throws IOException {
            long after = startNanos + POLL.toNanos();
            while (!silence.isOver(after) && System.nanoTime() - startNanos < LONGEST.toNanos()) {
                Measuring.letPass(POLL);
            }
        }

        @Override
        public String note() {
            return acks.note();
        }

        @Override
        public void close() {
            load.close();
            client.close();
        }
    }

    private static double nearestRank(List<Double> sorted, double part) {
        return sorted.get((int) Math.max(0, Math.ceil(part * sorted.size()) - 1));
    }
}
