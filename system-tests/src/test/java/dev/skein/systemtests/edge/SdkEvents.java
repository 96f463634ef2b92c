package dev.skein.systemtests.edge;

import static dev.skein.systemtests.cluster.Eventually.TIMEOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What an SDK told about one client. Filled by the SDK's threads, read by the test's; waiting is bounded. */
final class SdkEvents {

    /** In the order in which they came, without those that were taken. */
    private final List<JsonNode> untaken = new ArrayList<>();

    private final List<JsonNode> all = new ArrayList<>();

    synchronized void add(JsonNode event) {
        untaken.add(event);
        all.add(event);
        notifyAll();
    }

    /** Waits for the next event of this name that wasn't taken yet. */
    JsonNode take(String name) {
        return take(name, event -> true);
    }

    /** The same, of one channel. */
    JsonNode take(String name, String channel) {
        return take(name, event -> event.path("channel").asText().equals(channel));
    }

    /** Takes the next publications of a channel: their numbers and their offsets must be exactly these, in order. */
    void takeNumbers(String channel, int first, int last) {
        for (int number = first; number <= last; number++) {
            JsonNode publication = take("publication", channel);
            assertEquals(number, publication.at("/data/n").asInt(), publication::toString);
            assertEquals(number, publication.path("offset").asLong(), publication::toString);
        }
    }

    /** What has come at all, for the words of a failure. */
    @Override
    public synchronized String toString() {
        return all.toString();
    }

    /** How many of this name have come at all. */
    synchronized long count(String name) {
        return all.stream().filter(event -> isNamed(event, name)).count();
    }

    private synchronized JsonNode take(String name, Predicate<JsonNode> which) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            Optional<JsonNode> found = remove(event -> isNamed(event, name) && which.test(event));
            if (found.isPresent()) {
                return found.get();
            }
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("no " + name + " within " + TIMEOUT.toSeconds() + " s; what came: " + all);
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + name, e);
            }
        }
    }

    private Optional<JsonNode> remove(Predicate<JsonNode> which) {
        for (Iterator<JsonNode> each = untaken.iterator(); each.hasNext(); ) {
            JsonNode event = each.next();
            if (which.test(event)) {
                each.remove();
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    private static boolean isNamed(JsonNode event, String name) {
        return event.path("event").asText().equals(name);
    }
}
