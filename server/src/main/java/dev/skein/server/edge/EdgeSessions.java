package dev.skein.server.edge;

import dev.skein.proto.node.v1.DescribeEdgeRequest;
import dev.skein.proto.node.v1.DescribeEdgeResponse;
import dev.skein.proto.node.v1.EdgeChannel;
import dev.skein.proto.node.v1.SteerSessionsRequest;
import dev.skein.server.access.Caller;
import dev.skein.server.loop.Loop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The edge's sessions of this node: admits, sweeps and drains them. Thread-safe. */
final class EdgeSessions {

    private static final long SWEEP_MILLIS = 500;

    private final EdgeParts parts;
    private final EdgeApi api;
    private final ApiMethods calls;
    private final long startedNanos;
    private final Map<Loop, Turnstile> turnstiles;
    private final AtomicInteger opened = new AtomicInteger();

    /** Those that have been told to go, or will be in a moment. */
    private final Set<Live> told = ConcurrentHashMap.newKeySet();

    /** Sessions of other protocols, which the limit is for too. */
    private volatile IntSupplier beside = () -> 0;

    private volatile boolean draining;
    private volatile boolean closed;

    EdgeSessions(EdgeParts parts) {
        this.parts = parts;
        this.api = new EdgeApi(parts);
        this.calls = new ApiMethods(parts, EdgeParts.PROTOBUF);
        this.startedNanos = parts.time().nanoTime();
        this.turnstiles = parts.loops().all().stream()
                .collect(Collectors.toMap(loop -> loop, loop -> new Turnstile(loop, parts.time())));
        parts.loops().all().forEach(this::sweepLater);
    }

    int count() {
        return parts.open().size();
    }

    void countBeside(IntSupplier sessions) {
        beside = sessions;
    }

    int subscriptions() {
        return parts.open().stream().mapToInt(Live::subscriptionCount).sum();
    }

    /** Whether a connection would be refused now; it is told before it becomes one. */
    boolean isFull() {
        return draining || closed || count() + beside.getAsInt() >= parts.sessionsMax();
    }

    /** What newcomers on the calling event loop come in by. */
    Turnstile turnstile() {
        return turnstiles.get(parts.loops().here(0));
    }

    /** A session on the calling event loop; empty when there is no room. */
    Optional<EdgeSession> open(Transport transport) {
        if (isFull()) {
            return Optional.empty();
        }
        Loop loop = parts.loops().here(opened.incrementAndGet());
        EdgeSession session = new EdgeSession(parts, loop, transport);
        parts.began(session);
        return Optional.of(session);
    }

    EdgeParts parts() {
        return parts;
    }

    EdgeApi api() {
        return api;
    }

    /** What the API does for who speaks gRPC. */
    ApiMethods calls() {
        return calls;
    }

    /** A feed on the calling event loop, not open yet. */
    Feed feed(Feed.Sink sink, @Nullable Caller caller, String channel) {
        Feed feed = new Feed(parts, parts.loops().here(opened.incrementAndGet()), sink, caller, channel);
        parts.began(feed);
        return feed;
    }

    /** A frame of a session that another connection brought; false when there is no such session here. */
    boolean emulate(String secret, byte[] frame) {
        EdgeSession session = parts.emulated().get(secret);
        if (session == null) {
            return false;
        }
        session.loop().execute(() -> session.received(frame));
        return true;
    }

    /** Has the sessions of a user that are meant do something; answers how many. */
    int steer(SteerSessionsRequest request) {
        List<EdgeSession> meant = parts.audience().of(request.getUser()).stream()
                .filter(session ->
                        request.getClient().isEmpty() || request.getClient().equals(session.id()))
                .filter(session ->
                        request.getSession().isEmpty() || request.getSession().equals(session.secret()))
                .toList();
        meant.forEach(session -> session.loop().execute(() -> session.obey(request)));
        return meant.size();
    }

    DescribeEdgeResponse describe(DescribeEdgeRequest request) {
        Audience audience = parts.audience();
        DescribeEdgeResponse.Builder answer = DescribeEdgeResponse.newBuilder()
                .setOpen(true)
                .setSessions(audience.sessions())
                .setUsers(audience.users())
                .setSubscriptions(subscriptions())
                .setChannelCount(audience.channelCount())
                .setUptimeSeconds(TimeUnit.NANOSECONDS.toSeconds(parts.time().nanoTime() - startedNanos));
        if (request.getChannels()) {
            List<EdgeChannel> found = audience.channels(request.getPattern())
                    .limit(EdgeLimits.CHANNELS_TOLD_MAX + 1)
                    .toList();
            boolean cut = found.size() > EdgeLimits.CHANNELS_TOLD_MAX;
            answer.setCut(cut).addAllChannels(cut ? List.of() : found);
        }
        return answer.build();
    }

    String node() {
        return parts.node();
    }

    /** Takes no new sessions and ends the present ones, spread evenly over the time; their clients come again elsewhere. */
    void drain(Duration spread) {
        draining = true;
        for (Live live : parts.open()) {
            long slot = parts.random().nextLong(Math.max(1, spread.toMillis()));
            told.add(live);
            live.loop().schedule(slot, () -> live.close(Farewell.SHUTDOWN));
        }
    }

    /** Takes no new ones; the present ones stay. */
    void refuse() {
        draining = true;
    }

    /** Open ones that have been told to go. */
    int told() {
        told.retainAll(parts.open());
        return told.size();
    }

    /** Of at least that age, and not told to go. */
    int staying(Duration age) {
        return (int) staying(parts.time().nanoTime(), age).count();
    }

    private Stream<Live> staying(long now, Duration age) {
        return parts.open().stream()
                .filter(live -> now - live.openedNanos() >= age.toNanos())
                .filter(live -> !told.contains(live));
    }

    /** Ends so many of at least that age with the reason, in slots spread over the time. */
    void shed(Farewell farewell, Duration age, Duration spread, int count) {
        List<Live> going = staying(parts.time().nanoTime(), age).limit(count).toList();
        for (int i = 0; i < going.size(); i++) {
            Live live = going.get(i);
            long slot = (long) ((i + parts.random().nextDouble()) * spread.toMillis() / going.size());
            told.add(live);
            live.loop().schedule(slot, () -> live.leave(farewell));
        }
    }

    /** Takes sessions again. */
    void undrain() {
        draining = false;
    }

    void close() {
        closed = true;
        parts.open().forEach(live -> live.loop().execute(() -> live.close(Farewell.SHUTDOWN)));
    }

    private void sweepLater(Loop loop) {
        loop.schedule(SWEEP_MILLIS, () -> {
            if (!closed) {
                long now = parts.time().nanoTime();
                parts.open().stream().filter(live -> live.loop() == loop).forEach(live -> live.tick(now));
                sweepLater(loop);
            }
        });
    }
}
