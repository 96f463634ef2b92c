package dev.skein.systemtests.faults;

import dev.skein.systemtests.check.Damage;
import dev.skein.systemtests.check.Quiet;
import dev.skein.systemtests.check.Quiet.NodeInTheEnd;
import dev.skein.systemtests.check.Trouble;
import dev.skein.systemtests.history.History;
import java.util.List;
import java.util.Map;

/**
 * What a run leaves behind.
 *
 * @param plan what was wanted
 * @param history every operation, and what is left
 * @param rounds as they were scheduled
 * @param episodes faults as they were
 * @param troubles the rounds, from the first fault to the last healing
 * @param damages of storage
 * @param slowReasons with which slow consumers were let go
 * @param groups shards that should be quiet in the end
 * @param disquiet why they are not
 * @param nodes in the end
 * @param left what may be left of them
 * @param problems what could not be done or read; a run with one has not been proved
 * @param failures reasons of failed and open publishes
 * @param startNanos when the traffic started
 * @param endNanos when it ended
 */
record FaultRun(
        FaultPlan plan,
        History history,
        List<PlannedRound> rounds,
        List<Episode> episodes,
        List<Trouble> troubles,
        List<Damage> damages,
        List<String> slowReasons,
        int groups,
        List<String> disquiet,
        List<NodeInTheEnd> nodes,
        Quiet.Bounds left,
        List<String> problems,
        Map<String, Long> failures,
        long startNanos,
        long endNanos) {

    FaultRun {
        rounds = List.copyOf(rounds);
        episodes = List.copyOf(episodes);
        troubles = List.copyOf(troubles);
        problems = List.copyOf(problems);
    }

    long seconds() {
        return Math.max(1, (endNanos - startNanos) / 1_000_000_000L);
    }
}
