package dev.skein.systemtests.faults;

import java.util.Locale;

/**
 * A fault as the schedule has it.
 *
 * @param kind what
 * @param beginMillis after the round's start
 * @param lengthMillis how long
 * @param dice seed of whatever it chooses: nodes, regions, files, moments
 */
record PlannedFault(FaultKind kind, int beginMillis, int lengthMillis, long dice) {

    int endMillis() {
        return beginMillis + lengthMillis;
    }

    boolean overlaps(PlannedFault other) {
        return beginMillis < other.endMillis() && other.beginMillis < endMillis();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s at %.1f s for %.1f s", kind.word(), beginMillis / 1e3, lengthMillis / 1e3);
    }
}
