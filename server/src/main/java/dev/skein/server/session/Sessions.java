package dev.skein.server.session;

import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.core.TimeSource;
import dev.skein.proto.client.v1.Welcome;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.access.Caller;
import dev.skein.server.fanout.Fanout;
import dev.skein.server.loop.Loop;
import dev.skein.server.loop.Loops;
import dev.skein.server.publish.Publisher;
import dev.skein.wire.Errors;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The sessions of this node: admits, sweeps and drains them. Thread-safe. */
public final class Sessions {

    private static final long SWEEP_MILLIS = 250;

    /** A sweep that comes so late means that this process stood still; silent clients are not to blame. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** How long after its slot a client may take to move before its stream is ended. */
    private static final long MOVE_MILLIS = 5_000;

    private final Parts parts;
    private final Loops loops;
    private final RandomGenerator random;
    private final Set<Session> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger opened = new AtomicInteger();

    /** Those that have been told to go. */
    private final Set<Session> told = ConcurrentHashMap.newKeySet();

    private volatile List<String> elsewhere = List.of();

    /** Sessions of other protocols, which the limit is for too. */
    private volatile IntSupplier beside = () -> 0;

    private volatile boolean draining;
    private volatile boolean closed;

    Sessions(
            NodeIdentity self,
            Publisher.Parts publishing,
            Fanout fanout,
            Loops loops,
            TimeSource time,
            RandomGenerator random,
            SessionLimits limits) {
        this.parts = new Parts(self, publishing, fanout, time, limits, open);
        this.loops = loops;
        this.random = random;
        loops.all().forEach(this::sweepLater);
    }

    /** Sessions open now. */
    public int count() {
        return open.size();
    }

    /** Subscriptions open now; approximate. */
    public int subscriptions() {
        return open.stream().mapToInt(Session::subscriptionCount).sum();
    }

    /** Whether new sessions are refused. */
    public boolean isDraining() {
        return draining;
    }

    /**
     * Refuses new sessions and asks the present ones to move, spread evenly over the time.
     *
     * @param spread how long the moving may take in all
     * @param endpoints addresses to try first
     */
    public void drain(Duration spread, List<String> endpoints) {
        draining = true;
        Error reason = drainingError();
        for (Session session : open) {
            long slot = random.nextLong(Math.max(1, spread.toMillis()));
            told.add(session);
            session.loop().execute(() -> session.goAway(reason, slot, slot + MOVE_MILLIS, endpoints));
        }
    }

    /** Takes no new ones; the present ones stay. */
    public void refuse() {
        draining = true;
    }

    /** Counts sessions of other protocols, which the limit is for too. */
    public void countBeside(IntSupplier sessions) {
        beside = sessions;
    }

    /** Client addresses that refused clients are told to try, best first. */
    public void elsewhere(List<String> endpoints) {
        elsewhere = List.copyOf(endpoints);
    }

    /** Open sessions that have been told to go. */
    public int told() {
        told.retainAll(open);
        return told.size();
    }

    /** Sessions of at least that age that haven't been told to go. */
    public int staying(Duration age) {
        return (int) staying(parts.time().nanoTime(), age).count();
    }

    private Stream<Session> staying(long now, Duration age) {
        return open.stream()
                .filter(session -> now - session.openedNanos() >= age.toNanos())
                .filter(session -> !told.contains(session));
    }

    /**
     * Asks sessions to move, in slots spread over the time.
     *
     * @param reason what they are told
     * @param age of younger ones none goes
     * @param spread how long the moving may take in all
     * @param routes for each session that goes, the client addresses to try first; fewer go when there aren't so many
     */
    public void shed(Error reason, Duration age, Duration spread, List<List<String>> routes) {
        List<Session> going =
                staying(parts.time().nanoTime(), age).limit(routes.size()).toList();
        for (int i = 0; i < going.size(); i++) {
            Session session = going.get(i);
            List<String> endpoints = routes.get(i);
            long slot = (long) ((i + random.nextDouble()) * spread.toMillis() / going.size());
            told.add(session);
            session.loop().execute(() -> session.goAway(reason, slot, slot + MOVE_MILLIS, endpoints));
        }
    }

    /** Takes sessions again. */
    public void undrain() {
        draining = false;
    }

    /**
     * A new stream; empty when it was refused.
     *
     * @param caller whose it is; null: access isn't controlled
     */
    Optional<Session> open(SessionTransport transport, @Nullable Caller caller) {
        Optional<Error> refusal = refusal().or(() -> Optional.ofNullable(caller).map(Caller::openStream));
        if (refusal.isPresent()) {
            parts.publishing().metrics().rejected(refusal.get().getReason());
            transport.fail(refusal.get());
            return Optional.empty();
        }
        int number = opened.incrementAndGet();
        Session session = new Session(number, parts, loops.here(number), transport, caller);
        open.add(session);
        session.loop().execute(() -> begin(session));
        return Optional.of(session);
    }

    /** A drain that began meanwhile may have missed it. */
    private void begin(Session session) {
        session.begin();
        if (draining) {
            told.add(session);
            session.goAway(drainingError(), 0, MOVE_MILLIS, elsewhere);
        }
    }

    /** Ends all sessions. */
    void close() {
        closed = true;
        open.forEach(session -> session.loop().execute(() -> session.fail(drainingError())));
    }

    private Optional<Error> refusal() {
        if (closed || draining) {
            return Optional.of(withRoute(drainingError()));
        }
        int count = open.size() + beside.getAsInt();
        if (count >= parts.limits().sessionsMax()) {
            String expected = "at most " + parts.limits().sessionsMax() + " on a node";
            return Optional.of(
                    withRoute(Errors.of(Reason.REASON_OVERLOADED, Checks.text("sessions", count + 1, expected))));
        }
        return Optional.empty();
    }

    private Error withRoute(Error refusal) {
        List<String> endpoints = elsewhere;
        return endpoints.isEmpty()
                ? refusal
                : refusal.toBuilder()
                        .putMetadata(Errors.ENDPOINTS, String.join(",", endpoints))
                        .build();
    }

    private Error drainingError() {
        return Errors.of(Reason.REASON_DRAINING, "node " + parts.self().node() + " takes no sessions");
    }

    private void sweepLater(Loop loop) {
        long due = parts.time().nanoTime() + TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
        loop.schedule(SWEEP_MILLIS, () -> {
            if (!closed) {
                boolean late = parts.time().nanoTime() - due > LATE_NANOS;
                open.stream().filter(session -> session.loop() == loop).forEach(session -> session.tick(late));
                sweepLater(loop);
            }
        });
    }

    /** What every session needs. */
    record Parts(
            NodeIdentity self,
            Publisher.Parts publishing,
            Fanout fanout,
            TimeSource time,
            SessionLimits limits,
            Set<Session> open) {

        String clusterId() {
            return self.clusterId();
        }

        void ended(Session session) {
            open.remove(session);
        }

        Welcome welcome(@Nullable Caller caller) {
            return Welcome.newBuilder()
                    .setVersion(1)
                    .setClusterId(self.clusterId())
                    .setNode(self.node().value())
                    .setRegion(self.region())
                    .setZone(self.zone())
                    .setCredentialExpiresInMs(caller == null ? 0 : caller.expiresInMillis())
                    .setHeartbeatMs((int) limits.heartbeatMillis())
                    .setLimits(dev.skein.proto.client.v1.SessionLimits.newBuilder()
                            .setSubscriptions(limits.subscriptionsMax())
                            .setPublishesInFlight(Limits.PUBLISHES_IN_FLIGHT_MAX)
                            .setPublishBytesInFlight(Limits.PUBLISH_BYTES_IN_FLIGHT_MAX)
                            .setMessagesPerPublish(Limits.MESSAGES_PER_PUBLISH_MAX)
                            .setPublishBytes(Limits.PUBLISH_BYTES_MAX))
                    .build();
        }
    }
}
