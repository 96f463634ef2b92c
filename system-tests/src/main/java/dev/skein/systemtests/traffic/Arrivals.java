package dev.skein.systemtests.traffic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for particular messages to be delivered to any subscriber: then they are committed. Thread-safe. */
public final class Arrivals {

    private final Map<Long, CompletableFuture<Void>> expected = new ConcurrentHashMap<>();

    /** Must be called before the message can arrive. */
    public void expect(long id) {
        expected.put(id, new CompletableFuture<>());
    }

    public void seen(long id) {
        CompletableFuture<Void> waiting = expected.get(id);
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    /** Whether all of them arrived in time. Forgets them. */
    public boolean await(List<Long> ids, Duration timeout) throws InterruptedException {
        CompletableFuture<?>[] waiting = ids.stream()
                .map(id -> expected.getOrDefault(id, CompletableFuture.completedFuture(null)))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(waiting).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            ids.forEach(expected::remove);
        }
    }
}
