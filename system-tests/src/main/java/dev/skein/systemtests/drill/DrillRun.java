package dev.skein.systemtests.drill;

import dev.skein.systemtests.history.History;
import java.util.List;
import java.util.Map;

/**
 * What a drill leaves behind, for the report.
 *
 * @param plan what was done
 * @param history what was seen
 * @param rounds the outages
 * @param problems what could not be read or done; a run with one has not been proved
 * @param failures reasons of failed and open publishes
 * @param residentMebibytes by node, in the end
 * @param followerLagMillis samples of sparse delivery; empty when not measured
 * @param startNanos when the traffic started
 * @param endNanos when it ended
 */
public record DrillRun(
        DrillPlan plan,
        History history,
        List<Round> rounds,
        List<String> problems,
        Map<String, Long> failures,
        Map<String, Long> residentMebibytes,
        Map<String, List<Double>> followerLagMillis,
        long startNanos,
        long endNanos) {

    public DrillRun {
        rounds = List.copyOf(rounds);
        problems = List.copyOf(problems);
    }
}
