package dev.skein.systemtests.faults;

import java.util.ArrayList;
import java.util.List;

/** What came of power cuts. Thread-safe. */
final class PowerOns {

    private final List<PowerOn> all = new ArrayList<>();

    synchronized void add(PowerOn on) {
        all.add(on);
    }

    synchronized List<PowerOn> all() {
        return List.copyOf(all);
    }
}
