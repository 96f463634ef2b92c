package dev.skein.systemtests.faults;

import java.util.ArrayList;
import java.util.List;

/** How slow consumers were let go. Thread-safe. */
final class IsolationRecord {

    private final List<String> reasons = new ArrayList<>();

    synchronized void ended(String reason) {
        reasons.add(reason);
    }

    synchronized List<String> reasons() {
        return List.copyOf(reasons);
    }
}
