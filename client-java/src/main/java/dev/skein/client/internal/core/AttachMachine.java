package dev.skein.client.internal.core;

import dev.skein.client.Reason;
import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.GoAway;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Welcome;
import dev.skein.wire.Errors;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the session attached to a good node.
 *
 * <p>Candidates are tried best first. One that doesn't answer within a moment isn't given up, but the next is tried beside it, and the first
 * to say Welcome wins: so a dead region, which answers nothing, costs a moment and not a timeout. A list tried in vain is tried again after
 * a backoff with full jitter. A lost session, if it had held for a while, is replaced without any delay.
 *
 * <p>A move (the server asked for it, or another region has become better) works the same way beside the attached stream, which is left only
 * when the new one is welcomed.
 */
public final class AttachMachine implements Dialer.Events {

    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration BESIDE_AFTER = Duration.ofMillis(300);
    private static final Duration HELD_LONG_ENOUGH = Duration.ofSeconds(2);
    private static final Duration MOVE_AGAIN_AFTER = Duration.ofSeconds(10);
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final int ATTEMPTS_AT_ONCE = 3;

    /** With full jitter half of it on average: how late a client may be back when everything was gone and is there again. */
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(5);

    /** Addresses of one refusal that are tried. */
    private static final int SENT_ON_MAX = 16;

    private final Timers timers;
    private final RouteBook book;
    private final Dialer dialer;
    private final SessionMachine session;
    private final Observer observer;
    private final Backoff backoff;
    private final RandomGenerator random;

    // In the order of dialling.
    private final Map<SessionLink, Timers.Timer> attempts = new LinkedHashMap<>();
    private final Deque<String> candidates = new ArrayDeque<>();
    private Timers.@Nullable Timer later;
    private @Nullable Attached attached;
    private String clusterId = "";
    private boolean moving;
    private boolean closed;

    /** Where the last move looked. */
    private Supplier<List<String>> moveOrder = List::of;

    /** The attachment that a move to a better region is due for. */
    private @Nullable Attached willMove;

    public AttachMachine(
            Timers timers,
            RandomGenerator random,
            RouteBook book,
            Dialer dialer,
            SessionMachine session,
            Observer observer) {
        this.timers = timers;
        this.random = random;
        this.book = book;
        this.dialer = dialer;
        this.session = session;
        this.observer = observer;
        this.backoff = new Backoff(Duration.ofMillis(50), BACKOFF_MAX, random);
    }

    /** Hears of attaching, for the application and for what hangs on the attached node. */
    public interface Observer {

        void attached(SessionLink link, Welcome welcome);

        /** The attached stream has ended. */
        void detached(SessionLink link, Welcome welcome, SkeinException cause);

        /** The attached session has taken a new credential, which expires then; 0: never. */
        default void refreshed(SessionLink link, long expiresInMillis) {}

        /** An attempt has failed. */
        void failed(String endpoint, SkeinException cause);

        /** Every candidate was tried in vain. */
        void nothingReachable();
    }

    public void start() {
        beginRound(book.candidates(null));
    }

    /** Identity of the cluster, once known. */
    public String clusterId() {
        return clusterId;
    }

    public Optional<SessionLink> link() {
        return Optional.ofNullable(attached).map(Attached::link);
    }

    public Optional<Welcome> welcome() {
        return Optional.ofNullable(attached).map(Attached::welcome);
    }

    /** The route table has changed: moves when another region is better now, but not soon after attaching. */
    public void routesChanged(Duration slot) {
        Attached before = attached;
        if (before == null
                || moving
                || before == willMove
                || nodesOfBetterRegion().isEmpty()) {
            return;
        }
        willMove = before;
        Duration rest = MOVE_AGAIN_AFTER.minusNanos(timers.nanoTime() - before.sinceNanos);
        Duration wait = rest.compareTo(slot) > 0 ? rest : slot;
        timers.in(wait.plus(jitter(SETTLE)), () -> {
            if (attached == before) {
                willMove = null;
                move(this::nodesOfBetterRegion);
            }
        });
    }

    /** Empty when the present region is the best. */
    private List<String> nodesOfBetterRegion() {
        Attached now = attached;
        return now == null
                ? List.of()
                : book.bestRegion(now.region())
                        .filter(best -> !best.equals(now.region()))
                        .map(book::nodesOf)
                        .orElse(List.of());
    }

    /** Drops the stream and attaches elsewhere if it can; at once, for nobody failed whom haste could hurt. */
    public void reattach() {
        if (attached != null) {
            attached.link.close();
            String text = "the application asked for another session";
            lost(attached, new SkeinException(Reason.UNAVAILABLE, text, false), true);
        }
    }

    public void close() {
        closed = true;
        endRound();
        if (attached != null) {
            attached.link.close();
            attached = null;
        }
    }

    @Override
    public void frame(SessionLink link, ServerFrame frame) {
        if (attached != null && attached.link == link) {
            if (frame.hasGoAway()) {
                goAway(frame.getGoAway());
            } else if (frame.hasRefreshed()) {
                observer.refreshed(link, frame.getRefreshed().getCredentialExpiresInMs());
            }
            session.onFrame(frame);
        } else if (attempts.containsKey(link)) {
            firstFrame(link, frame);
        }
    }

    @Override
    public void ended(SessionLink link, SkeinException cause) {
        if (closed) {
            return;
        }
        if (attached != null && attached.link == link) {
            boolean held = timers.nanoTime() - attached.sinceNanos >= HELD_LONG_ENOUGH.toNanos();
            lost(attached, cause, held);
        } else if (attempts.containsKey(link)) {
            failed(link, cause);
        }
    }

    // ------------------------------------------------------------------ attaching

    private void beginRound(List<String> order) {
        endRound();
        candidates.addAll(order);
        dialNext();
    }

    private void endRound() {
        if (later != null) {
            later.cancel();
            later = null;
        }
        candidates.clear();
        List<SessionLink> open = new ArrayList<>(attempts.keySet());
        attempts.values().forEach(Timers.Timer::cancel);
        attempts.clear();
        open.forEach(SessionLink::close);
    }

    private void dialNext() {
        if (later != null) {
            later.cancel();
            later = null;
        }
        if (attempts.size() >= ATTEMPTS_AT_ONCE) {
            return;
        }
        String endpoint = candidates.poll();
        if (endpoint == null) {
            if (attempts.isEmpty()) {
                inVain();
            }
            return;
        }
        SessionLink link = dialer.dial(endpoint, this);
        attempts.put(link, timers.in(ATTEMPT_TIMEOUT, () -> timedOut(link)));
        later = timers.in(BESIDE_AFTER, this::dialNext);
    }

    private void timedOut(SessionLink link) {
        link.close();
        ended(link, new SkeinException(Reason.UNAVAILABLE, "no welcome within " + ATTEMPT_TIMEOUT, false));
    }

    private void failed(SessionLink link, SkeinException cause) {
        attempts.remove(link).cancel();
        book.failed(link.endpoint());
        observer.failed(link.endpoint(), cause);
        sentOn(cause);
        dialNext();
    }

    /** A node that takes no session may have said which do. Those that have just failed are left out, so that two don't send a client to and fro. */
    private void sentOn(SkeinException refusal) {
        String endpoints = refusal.metadata().getOrDefault(Errors.ENDPOINTS, "");
        List<String> named = Stream.of(endpoints.split(","))
                .map(String::strip)
                .filter(endpoint -> !endpoint.isEmpty() && !book.isAvoided(endpoint))
                .limit(SENT_ON_MAX)
                .toList();
        candidates.removeAll(named);
        for (int i = named.size() - 1; i >= 0; i--) {
            if (attempts.keySet().stream().noneMatch(isAt(named.get(i)))) {
                candidates.addFirst(named.get(i));
            }
        }
    }

    private static Predicate<SessionLink> isAt(String endpoint) {
        return link -> link.endpoint().equals(endpoint);
    }

    private void inVain() {
        if (moving && attached != null) {
            moving = false;
            moveAgainLater(attached);
            return;
        }
        moving = false;
        observer.nothingReachable();
        later = timers.in(backoff.next(), this::start);
    }

    private void firstFrame(SessionLink link, ServerFrame frame) {
        if (!frame.hasWelcome()) {
            refuse(
                    link,
                    Reason.PROTOCOL_VIOLATION,
                    "the first frame was " + frame.getFrameCase() + " (expected: WELCOME)");
            return;
        }
        Welcome welcome = frame.getWelcome();
        if (!clusterId.isEmpty() && !clusterId.equals(welcome.getClusterId())) {
            String text = "cluster: " + welcome.getClusterId() + " (expected: " + clusterId + ", as before)";
            refuse(link, Reason.CLUSTER_MISMATCH, text);
            return;
        }
        attach(link, welcome);
    }

    private void refuse(SessionLink link, Reason reason, String text) {
        link.close();
        failed(link, new SkeinException(reason, text, false));
    }

    private void attach(SessionLink link, Welcome welcome) {
        attempts.remove(link).cancel();
        endRound();
        Attached before = attached;
        moving = false;
        clusterId = welcome.getClusterId();
        book.worked(link.endpoint());
        attached = new Attached(link, welcome, timers.nanoTime());
        session.attached(link, welcome, () -> silent(link));
        if (before != null) {
            before.link.close();
        }
        observer.attached(link, welcome);
    }

    private void silent(SessionLink link) {
        link.close();
        ended(link, new SkeinException(Reason.HEARTBEAT_TIMEOUT, "nothing heard for three intervals", false));
    }

    private void lost(Attached gone, SkeinException cause, boolean replacedAtOnce) {
        attached = null;
        session.detached();
        book.failed(gone.link.endpoint());
        observer.detached(gone.link, gone.welcome, cause);
        if (moving) {
            // The replacement is on its way already.
            moving = false;
            return;
        }
        if (replacedAtOnce) {
            backoff.reset();
            beginRound(book.candidates(gone.region()));
        } else {
            endRound();
            later = timers.in(backoff.next(), () -> beginRound(book.candidates(gone.region())));
        }
    }

    // ------------------------------------------------------------------ moving

    private void goAway(GoAway goAway) {
        Attached told = attached;
        List<String> first = List.copyOf(goAway.getEndpointsList());
        timers.in(Duration.ofMillis(goAway.getSlotMs()), () -> {
            if (attached == told && told != null) {
                book.failed(told.link.endpoint());
                move(() -> elsewhere(first));
            }
        });
    }

    private List<String> elsewhere(List<String> first) {
        LinkedHashSet<String> order = new LinkedHashSet<>(first);
        order.addAll(book.candidates(null));
        return List.copyOf(order);
    }

    /** @param order asked anew at each try */
    private void move(Supplier<List<String>> order) {
        if (closed || moving || attached == null) {
            return;
        }
        List<String> others = new ArrayList<>(order.get());
        others.remove(attached.link.endpoint());
        if (!others.isEmpty()) {
            moving = true;
            moveOrder = order;
            beginRound(others);
        }
    }

    /** The reason to move still stands, unless the order says otherwise by then. */
    private void moveAgainLater(Attached from) {
        Supplier<List<String>> order = moveOrder;
        timers.in(MOVE_AGAIN_AFTER.plus(jitter(SETTLE)), () -> {
            if (attached == from) {
                move(order);
            }
        });
    }

    private Duration jitter(Duration most) {
        return Duration.ofNanos(random.nextLong(most.toNanos()));
    }

    private record Attached(SessionLink link, Welcome welcome, long sinceNanos) {

        String region() {
            return welcome.getRegion();
        }
    }
}
