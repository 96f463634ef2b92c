package dev.skein.systemtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.replication.Mutation;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MutantTest {

    @Test
    void theWholeListOfTheProgrammeIsThereInItsOrder() {
        List<String> letters = IntStream.rangeClosed('a', 'r')
                .mapToObj(letter -> "M-" + (char) letter)
                .toList();

        assertEquals(letters, Mutant.all().stream().map(Mutant::letter).toList());
    }

    @Test
    void eachDefectOfTheServersIsTriedAndHasOneName() {
        Set<Mutation> tried = Mutant.all().stream()
                .map(Mutant::inServers)
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Mutation.class)));

        assertEquals(EnumSet.allOf(Mutation.class), tried);
        assertEquals(
                Mutant.all().size(),
                new TreeSet<>(Mutant.all().stream().map(Mutant::word).toList()).size());
    }

    @Test
    void eachHasAScenarioThatExists() {
        Mutant.all().forEach(mutant -> Arrays.stream(mutant.scenarios().split(","))
                .forEach(name -> assertEquals(name, Scenario.named(name).name())));
    }

    @Test
    void aNameThatIsNoneIsRefusedWithTheNamesThatAre() {
        String text = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Mutant.named("none-such"))
                .getMessage());

        assertFalse(Mutant.all().stream().anyMatch(mutant -> !text.contains(mutant.word())), text);
    }

    @Test
    void theCommandRefusesWhatIsNoMutationWithoutStartingAnything() {
        assertEquals(2, MutationsMain.commandLine().execute("--only=none-such"));
        assertEquals(0, MutationsMain.commandLine().execute("--list"));
    }
}
