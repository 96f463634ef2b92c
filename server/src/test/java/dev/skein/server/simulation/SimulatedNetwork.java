package dev.skein.server.simulation;

import dev.skein.core.testing.Pipe;
import dev.skein.core.testing.VirtualTime;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Ways between places. Each way has its delay; a blocked one holds everything back, silently, until it is free or breaks. */
final class SimulatedNetwork {

    private static final long DEADLINE_MILLIS = 1_500;

    private final VirtualTime time;
    private final Random random;
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, Integer> widths = new HashMap<>();
    private final Map<String, Long> blockedUntil = new HashMap<>();
    private final List<Open> open = new ArrayList<>();

    SimulatedNetwork(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    /** Somebody listens under a name, or nobody any more. */
    void listen(String name, Place place) {
        places.put(name, place);
    }

    /** A connection; it lasts until it breaks or its process ends, and then a new one is made by the next call. */
    ManagedChannel channel(String from, Process caller, String to) {
        return new SimulatedChannel(from, caller, to);
    }

    /** Nothing passes from one place to another for a while. */
    void block(String from, String to, long millis) {
        blockedUntil.put(from + ">" + to, time.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    void unblockAll() {
        blockedUntil.clear();
    }

    /** All connections of a place break. */
    void breakAll(String place) {
        for (Open each : List.copyOf(open)) {
            if (each.from.equals(place) || each.to.equals(place)) {
                each.stream.breakUp();
            }
        }
    }

    private boolean isBlocked(String from, String to) {
        return time.nanoTime() < blockedUntil.getOrDefault(from + ">" + to, 0L);
    }

    private long delayNanos(String from, String to) {
        int width = widths.computeIfAbsent(from + ">" + to, way -> 1_000_000 + random.nextInt(80_000_000));
        return width + random.nextInt(1 + width / 8);
    }

    private Optional<ServerMethodDefinition<?, ?>> method(String to, String name) {
        Place place = places.get(to);
        return place == null || !place.process.isUp() ? Optional.empty() : place.methods.apply(name);
    }

    private boolean standsStill(String to) {
        Place place = places.get(to);
        return place != null && place.process.isUp() && place.process.isPaused();
    }

    /** What is at a name: a process and its methods by their full names. */
    record Place(Process process, Function<String, Optional<ServerMethodDefinition<?, ?>>> methods) {}

    private record Open(String from, String to, SimulatedStream<?, ?> stream) {}

    private final class SimulatedChannel extends ManagedChannel {

        private final String from;
        private final Process caller;
        private final String to;

        SimulatedChannel(String from, Process caller, String to) {
            this.from = from;
            this.caller = caller;
            this.to = to;
        }

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            Pipe up = new Pipe(time, () -> delayNanos(from, to), () -> isBlocked(from, to) || standsStill(to));
            Pipe down = new Pipe(time, () -> delayNanos(to, from), () -> isBlocked(to, from) || caller.isPaused());
            Open[] mine = new Open[1];
            SimulatedStream<Q, R> stream =
                    new SimulatedStream<>(method, name -> method(to, name), up, down, () -> open.remove(mine[0]));
            mine[0] = new Open(from, to, stream);
            open.add(mine[0]);
            if (options.getDeadline() != null) {
                time.afterMillis(DEADLINE_MILLIS, () -> stream.cancel("deadline", null));
            }
            return stream;
        }

        @Override
        public String authority() {
            return to;
        }

        @Override
        public ManagedChannel shutdown() {
            return this;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return this;
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
