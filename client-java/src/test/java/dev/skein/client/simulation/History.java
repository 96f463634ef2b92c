package dev.skein.client.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What the application was told, and the promises about it. */
final class History {

    private final Map<String, String> acked = new HashMap<>();
    private final Set<String> failed = new HashSet<>();

    void acked(String text, String channel, long serial) {
        String before = acked.putIfAbsent(text, channel + "/" + serial);
        check(before == null, () -> text + " was acknowledged twice");
    }

    /** It didn't happen, for good. */
    void failed(String text) {
        failed.add(text);
    }

    int told() {
        return acked.size() + failed.size();
    }

    /**
     * What was told is so.
     *
     * @param texts of each channel as they are in the end, in order
     */
    void check(Map<String, List<String>> texts) {
        Map<String, String> places = new HashMap<>();
        texts.forEach((channel, messages) -> {
            int last = 0;
            for (int i = 0; i < messages.size(); i++) {
                String text = messages.get(i);
                String place = channel + "/" + (i + 1);
                String elsewhere = places.putIfAbsent(text, place);
                check(elsewhere == null, () -> text + " is at " + elsewhere + " and at " + place);
                int before = last;
                last = Integer.parseInt(text);
                check(last > before, () -> text + " comes after " + before + " in " + channel);
            }
        });
        acked.forEach((text, place) -> check(
                place.equals(places.get(text)),
                () -> text + " acknowledged at " + place + ", is at " + places.get(text)));
        failed.forEach(text -> check(!places.containsKey(text), () -> text + " failed, and is at " + places.get(text)));
    }

    static void check(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }
}
