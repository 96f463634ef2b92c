package dev.skein.core.testing;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What anybody of a simulation has seen or was told, and the promises about it. */
public final class History {

    private final Map<Long, Long> digests = new HashMap<>();
    private final Map<String, TreeMap<Long, String>> seen = new HashMap<>();
    private final Map<String, Place> placeOf = new HashMap<>();
    private final Map<String, Place> acked = new HashMap<>();
    private final Set<String> failed = new HashSet<>();

    /** A replica's digest at an index: every replica's is the same there. */
    public void digest(long index, long digest) {
        Long before = digests.putIfAbsent(index, digest);
        check(before == null || before == digest, () -> "replicas differ at index " + index);
    }

    /** Somebody has read or got a message. */
    public void message(String channel, long serial, String text) {
        Place place = new Place(channel, serial);
        String before = seen.computeIfAbsent(channel, name -> new TreeMap<>()).putIfAbsent(serial, text);
        check(before == null || before.equals(text), () -> place + ": " + before + " and " + text);
        Place elsewhere = placeOf.putIfAbsent(text, place);
        check(elsewhere == null || elsewhere.equals(place), () -> text + " is at " + elsewhere + " and at " + place);
    }

    /** A publisher was told a place. */
    public void acked(String text, String channel, long serial) {
        Place place = new Place(channel, serial);
        Place before = acked.putIfAbsent(text, place);
        check(
                before == null || before.equals(place),
                () -> text + " was acknowledged at " + before + " and at " + place);
    }

    /** A publisher was told that it didn't happen, for good. */
    public void failed(String text) {
        failed.add(text);
    }

    /** After everything has been read: what was told is so. */
    public void checkTold() {
        acked.forEach((text, place) -> check(
                place.equals(placeOf.get(text)),
                () -> text + " acknowledged at " + place + ", is at " + placeOf.get(text)));
        failed.forEach(
                text -> check(!placeOf.containsKey(text), () -> text + " failed, and is at " + placeOf.get(text)));
        seen.forEach((channel, messages) -> {
            check(messages.lastKey() == messages.size(), () -> channel + " has gaps: " + messages.keySet());
            checkOrder(messages);
        });
    }

    /** Texts are {@code publisher-number}; a publisher's numbers ascend in each channel. */
    private static void checkOrder(TreeMap<Long, String> messages) {
        Map<String, Integer> last = new HashMap<>();
        for (String text : messages.values()) {
            int dash = text.indexOf('-');
            int number = Integer.parseInt(text.substring(dash + 1));
            Integer before = last.put(text.substring(0, dash), number);
            boolean ordered = !text.startsWith("numbered") || before == null || before < number;
            check(ordered, () -> text + " comes after number " + before);
        }
    }

    /** Different ones that anybody has seen. */
    public int messages() {
        return placeOf.size();
    }

    /** @throws AssertionError with the text when it doesn't hold */
    public static void check(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }

    private record Place(String channel, long serial) {

        @Override
        public String toString() {
            return channel + "/" + serial;
        }
    }
}
