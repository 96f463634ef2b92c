package dev.skein.systemtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void theSeedDecidesEverything() {
        assertEquals(rounds(Scenario.all(), 7, 60), rounds(Scenario.all(), 7, 60));
        assertNotEquals(rounds(Scenario.all(), 7, 60), rounds(Scenario.all(), 8, 60));
    }

    @Test
    void atLeastThirtyPercentOfTheRoundsOverlapInEachScenario() {
        for (Scenario scenario : Scenario.all()) {
            long overlapping = rounds(List.of(scenario), 3, 100).stream()
                    .filter(PlannedRound::overlaps)
                    .count();
            assertTrue(overlapping >= 30, scenario.name() + ": " + overlapping);
        }
        assertTrue(rounds(Scenario.all(), 3, 100).stream()
                        .filter(PlannedRound::overlaps)
                        .count()
                >= 30);
    }

    @Test
    void eachKindOfFaultIsInSomeScenario() {
        Set<FaultKind> planned = EnumSet.noneOf(FaultKind.class);
        rounds(Scenario.all(), 1, 100 * Scenario.all().size())
                .forEach(round -> round.faults().forEach(fault -> planned.add(fault.kind())));

        assertEquals(EnumSet.allOf(FaultKind.class), planned);
    }

    @Test
    void neverTwoDamagedStoragesInARound() {
        for (PlannedRound round : rounds(Scenario.all(), 5, 1_000)) {
            long damages = round.faults().stream()
                    .filter(fault -> fault.kind().family() == FaultKind.Family.STORAGE)
                    .count();
            assertTrue(damages <= 1, round.toString());
        }
    }

    private static List<PlannedRound> rounds(List<Scenario> scenarios, long seed, int count) {
        Schedule schedule = new Schedule(scenarios, seed);
        return IntStream.rangeClosed(1, count).mapToObj(schedule::round).toList();
    }
}
