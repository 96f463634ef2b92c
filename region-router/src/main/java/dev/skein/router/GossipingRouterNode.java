package dev.skein.router;

import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.gossip.v1.ExchangeRequest;
import dev.skein.router.gossip.DuplicateNode;
import dev.skein.router.gossip.ExchangeAnswer;
import dev.skein.router.gossip.GossipCore;
import dev.skein.router.gossip.KnownMember;
import dev.skein.router.gossip.SelfFacts;
import dev.skein.router.gossip.SelfIdentity;
import dev.skein.router.routes.Ranking;
import dev.skein.router.routes.RouteView;
import dev.skein.router.routes.RouteViews;
import dev.skein.router.routes.RouteWatches;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around the gossip core: one thread turns the core every 50 ms, carries its exchanges over gRPC, and publishes
 * immutable pictures that every other thread reads.
 */
final class GossipingRouterNode implements RouterNode {

    private static final Duration TURN = Duration.ofMillis(200);
    private static final long PUBLISH_NANOS = Duration.ofMillis(200).toNanos();

    /** Figures alone change answers too (a way became longer), but nobody is in a hurry for that. */
    private static final long REVIEW_NANOS = Duration.ofSeconds(5).toNanos();

    private static final int WATCHES_A_TURN = 1_000;
    private static final Duration GOODBYE = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(GossipingRouterNode.class);

    private final SelfIdentity identity;
    private final RouterConfig config;
    private final RouterSeams seams;
    private final RouterLoop loop;
    private final GossipCore core;
    private final GossipCalls calls;
    private final RouterMetrics metrics;
    private final RouteViews views;
    private final Ranking ranking;
    private final RouteWatches watches;
    private final AtomicInteger watchers = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Map<String, MemberState> logged = new HashMap<>();
    private boolean leaving;
    private long publishedNanos;
    private long pushedNanos;
    private long pushedVersion = -1;
    private volatile RouteView view;
    private volatile List<MemberView> members = List.of();
    private volatile String clusterId = "";
    private volatile long refusedRecords;

    GossipingRouterNode(
            RouterConfig config, Supplier<SelfFacts> facts, Consumer<DuplicateNode> duplicates, RouterSeams seams) {
        this.identity = config.identity();
        this.config = config;
        this.seams = seams;
        this.loop = new RouterLoop(identity.node());
        this.metrics = new RouterMetrics(seams.metrics());
        this.core = new GossipCore(
                identity, config.gossip(), config.seeds(), facts, duplicates, seams.time(), seams.random());
        this.calls = new GossipCalls(core, loop, seams, metrics, config.gossip().exchangeTimeout());
        this.views = new RouteViews(identity.node(), identity.region(), config.routing());
        this.ranking = new Ranking(config.routing());
        this.view = RouteView.empty(identity.node(), identity.region());
        this.watches = new RouteWatches(ranking, view);
        metrics.members(() -> members);
        metrics.gauge("router.watchers", watchers::get);
        metrics.gauge("router.gossip.refusedRecords", () -> refusedRecords);
    }

    @Override
    public void start() {
        loop.every(TURN, this::turn);
    }

    @Override
    public List<MemberView> members() {
        return members;
    }

    @Override
    public Optional<String> leaderOf(String group) {
        return core.leaders().leaderOf(group);
    }

    @Override
    public RouteTable resolve(ResolveRequest request) {
        metrics.resolves.mark();
        return ranking.resolve(view, request, clientOf(request), request.getCurrentRegion());
    }

    @Override
    public AutoCloseable watch(ResolveRequest request, Consumer<RouteTable> onChange) {
        if (watchers.incrementAndGet() > RouteWatches.WATCHERS_MAX) {
            watchers.decrementAndGet();
            throw new IllegalStateException("watchers: more than " + RouteWatches.WATCHERS_MAX + " follow already");
        }
        RouteWatches.Watch watch = RouteWatches.watch(request, clientOf(request), table -> {
            metrics.pushes.mark();
            onChange.accept(table);
        });
        if (!loop.offer(() -> watches.add(watch))) {
            watchers.decrementAndGet();
            throw new IllegalStateException("watchers: the router is overloaded or closed");
        }
        AtomicBoolean over = new AtomicBoolean();
        return () -> {
            if (over.compareAndSet(false, true)) {
                watchers.decrementAndGet();
                loop.post(() -> watches.remove(watch));
            }
        };
    }

    @Override
    public Optional<Long> rttMicros(String fromRegion, String toRegion) {
        OptionalLong micros = view.rtts().smoothedMicros(fromRegion, toRegion);
        return micros.isPresent() ? Optional.of(micros.getAsLong()) : Optional.empty();
    }

    @Override
    public void factsChanged() {
        loop.offer(core::hurry);
    }

    @Override
    public String clusterId() {
        return clusterId;
    }

    @Override
    public BindableService gossipService() {
        return new GossipService(loop, this::exchange);
    }

    @Override
    public BindableService routingService() {
        return new RoutingService(this, identity.node(), identity.region());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CountDownLatch goodbyes = new CountDownLatch(1);
        loop.post(() -> {
            leaving = true;
            calls.farewell(core.farewell(seams.time().nanoTime()), GOODBYE, goodbyes::countDown);
        });
        try {
            if (!goodbyes.await(GOODBYE.toMillis() * 2, TimeUnit.MILLISECONDS)) {
                log.info("some peers did not hear the goodbye");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        loop.end();
    }

    private ExchangeAnswer exchange(ExchangeRequest request) {
        ExchangeAnswer answer = core.onRequest(request, seams.time().nanoTime());
        if (answer instanceof ExchangeAnswer.Refused refused) {
            metrics.refused.mark();
            log.debug(
                    "refused gossip of {}: {}",
                    request.getFrom(),
                    refused.error().getText());
        } else {
            metrics.served.mark();
        }
        return answer;
    }

    private void turn() {
        if (leaving) {
            return;
        }
        long now = seams.time().nanoTime();
        calls.begin(core.tick(now));
        if (now - publishedNanos >= PUBLISH_NANOS || members.isEmpty()) {
            publishedNanos = now;
            publish(now);
        }
        push(now);
    }

    private void publish(long now) {
        List<KnownMember> known = core.members(now);
        List<MemberView> snapshot = new ArrayList<>(known.size());
        for (KnownMember member : known) {
            MemberState state = MemberState.valueOf(member.verdict().name());
            long silentMillis = TimeUnit.NANOSECONDS.toMillis(now - member.lastHeardNanos());
            snapshot.add(new MemberView(member.record(), state, silentMillis));
            report(member, state);
        }
        members = List.copyOf(snapshot);
        logged.keySet().retainAll(known.stream().map(KnownMember::node).toList());
        clusterId = core.clusterId();
        refusedRecords = core.refusedRecords();
        view = views.update(core.clusterId(), known, now);
        metrics.rtts(view.rtts().pairs(), identity.region(), () -> view.rtts());
    }

    private void report(KnownMember member, MemberState state) {
        MemberState before = logged.put(member.node(), state);
        if (before != state) {
            log.info("{} ({}) is {}", member.node(), member.record().getRegion(), state);
        }
    }

    /** Changes that come close together are told together. */
    private void push(long now) {
        long sincePush = now - pushedNanos;
        boolean changed = view.version() != pushedVersion
                && sincePush >= config.routing().pushInterval().toNanos();
        if (changed || sincePush >= REVIEW_NANOS) {
            pushedNanos = now;
            pushedVersion = view.version();
            watches.view(view);
        }
        watches.advance(WATCHES_A_TURN);
    }

    /** A client without a name is a different client each time, so that the nameless spread out too. */
    private String clientOf(ResolveRequest request) {
        return request.getClientId().isEmpty()
                ? Long.toString(seams.random().nextLong(), Character.MAX_RADIX)
                : request.getClientId();
    }
}
