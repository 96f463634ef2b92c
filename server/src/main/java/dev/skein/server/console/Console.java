package dev.skein.server.console;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.core.TimeSource;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.router.RouterNode.MemberView;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the console's pages show. It looks once a second, keeps what changed, and tells those who watch the same text, written once. Thread-safe.
 */
public final class Console {

    /** How often it looks. */
    public static final long LOOK_MILLIS = 1_000;

    private static final int WATCHERS_MAX = 64;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<StatusResponse> status;
    private final Supplier<List<MemberView>> members;
    private final TimeSource time;
    private final Samples samples;
    private final Happenings happenings = new Happenings();
    private final Set<Consumer<String>> watchers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger watching = new AtomicInteger();
    private volatile String text = "{}";

    /**
     * A console that has seen nothing yet.
     *
     * @param status the cluster as this node knows it, with every shard
     * @param members what gossip knows of each node
     * @param metrics of this node
     */
    public Console(
            Supplier<StatusResponse> status,
            Supplier<List<MemberView>> members,
            MetricRegistry metrics,
            TimeSource time) {
        this.status = status;
        this.members = members;
        this.time = time;
        this.samples = new Samples(metrics);
    }

    /** Looks; called every {@link #LOOK_MILLIS} by one thread. */
    public void look() {
        long now = time.wallMillis();
        StatusResponse present = status.get();
        happenings.look(now, present);
        samples.take(time.nanoTime());
        try {
            text = JSON.writeValueAsString(
                    new Document(present, members.get()).write(now, samples.lines(), happenings.newestFirst()));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
        watchers.forEach(watcher -> watcher.accept(text));
    }

    /** The state as of the last look: a JSON object. */
    public String text() {
        return text;
    }

    /**
     * Tells the state now and after each look.
     *
     * @param watcher called on any thread; must not block
     * @return false when too many watch already
     */
    public boolean watch(Consumer<String> watcher) {
        if (watching.incrementAndGet() > WATCHERS_MAX) {
            watching.decrementAndGet();
            return false;
        }
        watchers.add(watcher);
        watcher.accept(text);
        return true;
    }

    /** Tells no more. */
    public void unwatch(Consumer<String> watcher) {
        if (watchers.remove(watcher)) {
            watching.decrementAndGet();
        }
    }
}
