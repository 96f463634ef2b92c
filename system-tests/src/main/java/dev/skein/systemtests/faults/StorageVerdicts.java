package dev.skein.systemtests.faults;

import dev.skein.systemtests.check.Damage;
import java.util.ArrayList;
import java.util.List;

/** What became of nodes with damaged storage. Thread-safe. */
final class StorageVerdicts {

    private final List<Damage> damages = new ArrayList<>();

    synchronized void add(Damage damage) {
        damages.add(damage);
    }

    synchronized List<Damage> all() {
        return List.copyOf(damages);
    }
}
