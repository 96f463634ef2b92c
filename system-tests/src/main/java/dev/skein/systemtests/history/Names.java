package dev.skein.systemtests.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small numbers for names. Thread-safe. */
final class Names {

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    synchronized int number(String name) {
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        numbers.put(name, names.size());
        names.add(name);
        return names.size() - 1;
    }

    synchronized String name(int number) {
        return names.get(number);
    }

    synchronized List<String> all() {
        return List.copyOf(names);
    }

    synchronized int size() {
        return names.size();
    }
}
