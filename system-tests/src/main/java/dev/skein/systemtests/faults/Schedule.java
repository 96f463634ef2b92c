package dev.skein.systemtests.faults;

import dev.skein.systemtests.faults.FaultKind.Family;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * What happens in which round, from a seed alone. Scenarios take turns. Every other round has two or three faults that overlap; of two that
 * damage storage, or that would have to wait for each other, one is left out: losing more disks than the survival goal allows proves nothing.
 */
final class Schedule {

    private static final int LENGTH_MILLIS_MIN = 4_000;
    private static final int LENGTH_MILLIS_SPREAD = 6_000;
    private static final int BEGIN_MILLIS_SPREAD = 2_500;
    private static final int OVERLAPPING_EVERY = 2;
    private static final int FAULTS_MAX = 3;

    private final List<Scenario> scenarios;
    private final long seed;

    Schedule(List<Scenario> scenarios, long seed) {
        this.scenarios = List.copyOf(scenarios);
        this.seed = seed;
    }

    /** @param number from 1 */
    PlannedRound round(int number) {
        Random random = new Random(seed * 1_000_003 + number);
        Scenario scenario = scenarios.get((number - 1) % scenarios.size());
        int turn = (number - 1) / scenarios.size();
        List<PlannedFault> faults = new ArrayList<>();
        List<FaultKind> kinds = scenario.kinds();
        // Each kind comes before any comes twice; the seed only decides where the turn begins.
        int first = Math.floorMod(new Random(seed).nextInt() + turn, kinds.size());
        faults.add(fault(kinds.get(first), 0, random));
        if (isOverlapping(number, turn)) {
            int more = 1 + random.nextInt(FAULTS_MAX - 1);
            for (int i = 0; i < more; i++) {
                FaultKind kind =
                        scenario.company().get(random.nextInt(scenario.company().size()));
                if (goTogether(faults, kind)) {
                    faults.add(fault(kind, 500 + random.nextInt(BEGIN_MILLIS_SPREAD), random));
                }
            }
        }
        faults.sort(Comparator.comparingInt(PlannedFault::beginMillis));
        return new PlannedRound(number, scenario.name(), faults);
    }

    /** Alternates over turns too, so that with an even number of scenarios none is always alone. */
    private boolean isOverlapping(int number, int turn) {
        int shift = scenarios.size() % OVERLAPPING_EVERY == 0 ? turn : 0;
        return (number + shift) % OVERLAPPING_EVERY == 0;
    }

    private static PlannedFault fault(FaultKind kind, int begin, Random random) {
        int length = LENGTH_MILLIS_MIN + random.nextInt(LENGTH_MILLIS_SPREAD);
        return new PlannedFault(kind, begin, length, random.nextLong());
    }

    private static boolean goTogether(List<PlannedFault> faults, FaultKind kind) {
        for (PlannedFault fault : faults) {
            boolean same = fault.kind() == kind;
            boolean twoDisks = fault.kind().family() == Family.STORAGE && kind.family() == Family.STORAGE;
            boolean sameRequests = fault.kind().family() == Family.CONTROL && kind.family() == Family.CONTROL;
            if (same || twoDisks || sameRequests) {
                return false;
            }
        }
        return true;
    }
}
