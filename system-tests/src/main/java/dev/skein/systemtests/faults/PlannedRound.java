package dev.skein.systemtests.faults;

import java.util.List;

/**
 * A round as the schedule has it.
 *
 * @param number from 1
 * @param scenario from which its faults are
 * @param faults in the order of their beginnings
 */
record PlannedRound(int number, String scenario, List<PlannedFault> faults) {

    PlannedRound {
        faults = List.copyOf(faults);
    }

    boolean overlaps() {
        for (PlannedFault one : faults) {
            for (PlannedFault other : faults) {
                if (one != other && one.overlaps(other)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether publishing has to go on while it lasts. */
    boolean isSurvivable() {
        return faults.size() == 1 && faults.get(0).kind().isSurvivable();
    }

    /** The bound of the one fault, if it has one of its own; 0: it doesn't. */
    long standstillMillisMax() {
        return faults.size() == 1 ? faults.get(0).kind().standstillMillisMax() : 0;
    }

    int endMillis() {
        return faults.stream().mapToInt(PlannedFault::endMillis).max().orElse(0);
    }
}
