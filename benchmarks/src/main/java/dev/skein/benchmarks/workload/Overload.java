package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Usage;
import dev.skein.benchmarks.measure.UsageMeter;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.Durability;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.SectionClient;
import dev.skein.benchmarks.system.Target;
import dev.skein.benchmarks.workload.SectionLedger.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Twice as much as the system can take, and then a tenth: what it accepts and what it refuses meanwhile, whether everything it acknowledged is there, and how
 * soon it answers as before. The load neither waits nor tries again, as the public client would.
 */
final class Overload implements Workload {

    private static final double TOO_MUCH = 2;
    private static final double LITTLE = 0.1;

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public String about() {
        return "twice the saturating rate, then a tenth: refusals, lost messages, memory, time to recover";
    }

    @Override
    public List<Shape> shapes() {
        return List.of(Shape.of(100, 12, 120));
    }

    @Override
    public boolean suits(Target target) {
        return target.isSkein() && target.suits(name());
    }

    @Override
    public boolean suits(Durability durability) {
        return durability == Durability.FSYNC_QUORUM;
    }

    @Override
    public Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException {
        return new Crowd(target, shape, settings);
    }

    private static final class Crowd implements Exercise {

        private static final int CONNECTIONS = 6;

        private static final Duration DRAIN = Duration.ofSeconds(30);
        private static final Duration STEP = Duration.ofSeconds(1);

        /** A saturating rate that was found on servers still getting faster is too low: what they took of twice as much is tried as the next one. */
        private static final int ATTEMPTS = 6;

        private static final double STILL_FINE = 0.9;

        /** The queues in front of a system may hold seconds of work before it refuses any. */
        private static final Duration LONGEST = Duration.ofSeconds(30);

        private static final Duration RECOVERY_MAX = Duration.ofSeconds(60);

        private final RunningTarget target;
        private final Settings settings;
        private final int payloadBytes;
        private final List<String> channels;
        private final SectionLedger ledger = new SectionLedger();
        private final SectionClient client;
        private final SectionLoad load;
        private String saturated = "";
        private String unrecovered = "";

        Crowd(RunningTarget target, Shape shape, Settings settings) throws IOException {
            this.target = target;
            this.settings = settings;
            this.payloadBytes = shape.payloadBytes();
            this.channels = Measuring.channels(shape.channels());
            this.client = target.connectSections(CONNECTIONS, ledger);
            this.load = new SectionLoad(client, ledger, channels, shape.payloadBytes());
            load.saturate(settings.warmup());
            load.drain(DRAIN);
        }

        @Override
        public Figures measure() throws IOException {
            double rate = taken(load.saturate(settings.measure()))
                    / (settings.measure().toNanos() / 1e9);
            if (rate == 0) {
                throw new IOException("nothing was accepted; " + note());
            }
            load.drain(DRAIN);
            int calm = load.pace(rate * LITTLE, settings.measure());
            load.drain(DRAIN);
            Recovery recovery = new Recovery(ledger, spanSince(calm).percentile(0.99));

            Crush crush = crush(rate);
            for (int more = 1; more < ATTEMPTS && !crush.isTooMuch(); more++) {
                load.drain(DRAIN);
                crush = crush(crush.span.taken() / crush.usage.seconds());
            }
            saturated = String.format(
                    Locale.ROOT,
                    crush.isTooMuch() ? "saturated at %,.0f msg/s; " : "never overloaded, at twice %,.0f msg/s; ",
                    crush.rate * SectionLoad.MESSAGES);
            // At the rate of the calm that it is compared with.
            OptionalDouble recovered = recover(recovery, rate * LITTLE);
            if (recovered.isEmpty()) {
                unrecovered = "; latency was not normal again within " + RECOVERY_MAX.toSeconds() + " s";
            }
            load.drain(DRAIN);
            return figures(ledger.span(crush.first, crush.first + crush.span.sections()), crush.usage)
                    .with(Figure.RECOVERY_SECONDS, recovered.orElse(Double.NaN))
                    .with(Figure.MISSING, new ReadBack(ledger).missing(target, channels));
        }

        /**
         * An attempt to overload.
         *
         * @param rate sections a second that saturate
         * @param first number of its first section
         */
        private record Crush(double rate, int first, Span span, Usage usage) {

            boolean isTooMuch() {
                return span.refused() > 0 || span.taken() <= span.sections() * STILL_FINE;
            }
        }

        /** Twice the rate, for as long as is measured, and on until something is refused as it should be, or it turns out to be no overload. */
        private Crush crush(double rate) throws IOException {
            UsageMeter meter = Measuring.meter(target);
            long start = System.nanoTime();
            int first = load.pace(rate * TOO_MUCH, settings.measure());
            Span span = spanSince(first);
            while (span.refused() == 0
                    && span.taken() < span.sections() * STILL_FINE
                    && System.nanoTime() - start < LONGEST.toNanos()) {
                load.pace(rate * TOO_MUCH, STEP);
                span = spanSince(first);
            }
            return new Crush(rate, first, span, meter.read());
        }

        private int taken(int first) {
            return spanSince(first).taken();
        }

        private Span spanSince(int first) {
            return ledger.span(first, ledger.sentCount());
        }

        private OptionalDouble recover(Recovery recovery, double rate) {
            int first = ledger.sentCount();
            long end = System.nanoTime();
            OptionalDouble recovered = OptionalDouble.empty();
            while (recovered.isEmpty() && System.nanoTime() - end < RECOVERY_MAX.toNanos()) {
                load.pace(rate, STEP);
                recovered = recovery.seconds(first, end, System.nanoTime());
            }
            return recovered;
        }

        private Figures figures(Span span, Usage usage) {
            double messagesPerSecond = SectionLoad.MESSAGES / usage.seconds();
            long accepted = (long) span.taken() * SectionLoad.MESSAGES;
            Figures figures = Figures.none()
                    .with(Figure.MSGS_PER_SEC, span.taken() * messagesPerSecond)
                    .with(Figure.OFFERED_PER_SEC, span.sections() * messagesPerSecond)
                    .with(Figure.REFUSED_PER_SEC, span.refused() * messagesPerSecond)
                    .with(Figure.REFUSED_OTHERWISE, span.refusedOtherwise() * (double) SectionLoad.MESSAGES)
                    .with(Figure.P50_MS, span.percentile(0.5))
                    .with(Figure.P99_MS, span.percentile(0.99));
            return Measuring.cost(figures, usage, accepted, accepted * payloadBytes);
        }

        @Override
        public String note() {
            String end = client.firstEnd();
            return saturated
                    + ledger.refusals()
                    + unrecovered
                    + (load.heldBack() == 0 ? "" : "; sections without room: " + load.heldBack())
                    + (end.isEmpty() ? "" : "; a stream ended: " + end);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
