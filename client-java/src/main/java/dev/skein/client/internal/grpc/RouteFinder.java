package dev.skein.client.internal.grpc;

import dev.skein.client.internal.core.RouteBook;
import dev.skein.client.internal.core.Timers;
import dev.skein.proto.client.v1.ProbeRequest;
import dev.skein.proto.client.v1.ProbeResponse;
import dev.skein.proto.client.v1.RegionRtt;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.client.v1.RoutingGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fills the route book: asks nodes where to go, times the way to each region, and watches for changes at the attached node. State belongs to
 * the loop.
 */
public final class RouteFinder {

    private static final Duration RESOLVE_TIMEOUT = Duration.ofMillis(1_500);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PROBE_WAIT_AT_START = Duration.ofMillis(800);
    private static final Duration PROBE_EVERY = Duration.ofMinutes(1);
    private static final Duration WATCH_AGAIN_AFTER = Duration.ofSeconds(2);
    private static final int ASKED_AT_ONCE = 3;
    private static final int PROBES = 3;

    private final Timers timers;
    private final Executor loop;
    private final Transport transport;
    private final RouteBook book;
    private final Supplier<ResolveRequest.Builder> whoAsks;
    private final Consumer<RouteTable> changed;
    private final boolean measures;

    private Context.@Nullable CancellableContext watch;
    private boolean probing;

    /** Measuring goes on by itself. */
    private boolean measuring;

    private boolean closed;

    /**
     * @param whoAsks the client as it is now, without its measurements
     * @param changed called after the book was updated by a watch
     * @param measures whether to time the ways; not needed by a client that knows its region
     */
    public RouteFinder(
            Timers timers,
            Executor loop,
            Transport transport,
            RouteBook book,
            Supplier<ResolveRequest.Builder> whoAsks,
            Consumer<RouteTable> changed,
            boolean measures) {
        this.timers = timers;
        this.loop = loop;
        this.transport = transport;
        this.book = book;
        this.whoAsks = whoAsks;
        this.changed = changed;
        this.measures = measures;
    }

    /** Asks some nodes, measures if it should, and runs {@code then} once: when it knows, or when it has waited long enough. */
    public void find(Runnable then) {
        Once once = new Once(then);
        Timers.Timer enough = timers.in(RESOLVE_TIMEOUT.plus(PROBE_WAIT_AT_START), once);
        List<String> asked = book.candidates(null).stream().limit(ASKED_AT_ONCE).toList();
        int[] open = {asked.size()};
        for (String endpoint : asked) {
            resolve(endpoint, table -> {
                open[0]--;
                if (once.done) {
                    return;
                }
                if (table.isPresent()) {
                    book.update(table.get());
                    enough.cancel();
                    measureThen(once);
                } else if (open[0] == 0) {
                    once.run();
                }
            });
        }
    }

    /** Watches from this node on, in place of the one before. */
    public void watch(Channel channel) {
        stopWatching();
        if (closed) {
            return;
        }
        Context.CancellableContext context = Context.ROOT.withCancellation();
        watch = context;
        context.run(() -> RoutingGrpc.newStub(channel).watchRoutes(request(), new StreamObserver<>() {
            @Override
            public void onNext(RouteTable table) {
                loop.execute(() -> {
                    if (watch == context) {
                        book.update(table);
                        changed.accept(table);
                    }
                });
            }

            @Override
            public void onError(Throwable failure) {
                loop.execute(() -> watchEnded(context, channel, failure));
            }

            @Override
            public void onCompleted() {
                onError(Status.UNAVAILABLE.asRuntimeException());
            }
        }));
    }

    public void stopWatching() {
        if (watch != null) {
            watch.cancel(null);
            watch = null;
        }
    }

    public void close() {
        closed = true;
        stopWatching();
    }

    /** The best answer any node gives now. */
    public ResolveRequest request() {
        ResolveRequest.Builder request = whoAsks.get().addAllFailedNodes(book.failedNodes());
        book.measured()
                .forEach((region, micros) -> request.addProbes(
                        RegionRtt.newBuilder().setRegion(region).setRttMicros(micros)));
        return request.build();
    }

    private void watchEnded(Context.CancellableContext context, Channel channel, Throwable failure) {
        boolean unknownThere = Status.fromThrowable(failure).getCode() == Status.Code.UNIMPLEMENTED;
        if (watch == context) {
            watch = null;
            if (!unknownThere && !closed) {
                timers.in(WATCH_AGAIN_AFTER, () -> {
                    if (watch == null && !closed) {
                        watch(channel);
                    }
                });
            }
        }
    }

    private void resolve(String endpoint, Consumer<Optional<RouteTable>> then) {
        RoutingGrpc.newStub(transport.keep(endpoint))
                .withDeadlineAfter(RESOLVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .resolve(request(), new StreamObserver<>() {
                    @Override
                    public void onNext(RouteTable table) {
                        loop.execute(() -> then.accept(Optional.of(table)));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        loop.execute(() -> {
                            transport.drop(endpoint);
                            then.accept(Optional.empty());
                        });
                    }

                    @Override
                    public void onCompleted() {}
                });
    }

    // ------------------------------------------------------------------ measuring

    private void measureThen(Runnable then) {
        if (!measures || book.onePerRegion().size() < 2) {
            then.run();
            return;
        }
        Once once = new Once(then);
        timers.in(PROBE_WAIT_AT_START, once);
        measure(once);
        if (!measuring) {
            measuring = true;
            timers.in(PROBE_EVERY, this::measureAgain);
        }
    }

    private void measureAgain() {
        if (!closed) {
            measure(() -> {});
            timers.in(PROBE_EVERY, this::measureAgain);
        }
    }

    private void measure(Runnable then) {
        if (probing) {
            return;
        }
        Map<String, String> targets = book.onePerRegion();
        if (targets.isEmpty()) {
            then.run();
            return;
        }
        probing = true;
        Map<String, Long> measured = new HashMap<>();
        int[] open = {targets.size()};
        targets.forEach((region, endpoint) -> probe(endpoint, micros -> {
            micros.ifPresent(value -> measured.put(region, value));
            book.measured(measured);
            if (--open[0] == 0) {
                probing = false;
                then.run();
            }
        }));
    }

    private void probe(String endpoint, Consumer<Optional<Long>> then) {
        ManagedChannel channel = transport.open(endpoint);
        new Probing(channel, answer -> {
                    channel.shutdownNow();
                    then.accept(answer);
                })
                .next();
    }

    /** A few round trips on one connection; the least counts, so that connecting doesn't. */
    private final class Probing {

        private final ManagedChannel channel;
        private final Consumer<Optional<Long>> then;
        private long least = Long.MAX_VALUE;
        private int done;

        Probing(ManagedChannel channel, Consumer<Optional<Long>> then) {
            this.channel = channel;
            this.then = then;
        }

        void next() {
            long sent = System.nanoTime();
            RoutingGrpc.newStub(channel)
                    .withDeadlineAfter(PROBE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .probe(ProbeRequest.newBuilder().setNonce(done).build(), new StreamObserver<>() {
                        @Override
                        public void onNext(ProbeResponse answer) {
                            long micros = (System.nanoTime() - sent) / 1_000;
                            loop.execute(() -> answered(micros));
                        }

                        @Override
                        public void onError(Throwable failure) {
                            loop.execute(() -> then.accept(Optional.empty()));
                        }

                        @Override
                        public void onCompleted() {}
                    });
        }

        private void answered(long micros) {
            least = Math.min(least, micros);
            if (++done < PROBES) {
                next();
            } else {
                then.accept(Optional.of(least));
            }
        }
    }

    private static final class Once implements Runnable {

        private final Runnable action;
        private boolean done;

        Once(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (!done) {
                done = true;
                action.run();
            }
        }
    }
}
