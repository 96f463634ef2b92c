package dev.skein.systemtests.faults;

import static dev.skein.systemtests.faults.FaultKind.ACK_LOSS;
import static dev.skein.systemtests.faults.FaultKind.BLACKOUT;
import static dev.skein.systemtests.faults.FaultKind.CLOCK_DRIFT;
import static dev.skein.systemtests.faults.FaultKind.CLOCK_JUMP;
import static dev.skein.systemtests.faults.FaultKind.FROZEN_DISK;
import static dev.skein.systemtests.faults.FaultKind.POWER_CUT_ALL;
import static dev.skein.systemtests.faults.FaultKind.POWER_CUT_AMNESIA;
import static dev.skein.systemtests.faults.FaultKind.POWER_CUT_NODE;
import static dev.skein.systemtests.faults.FaultKind.POWER_CUT_REGION;
import static dev.skein.systemtests.faults.FaultKind.RECONNECT_STORM;
import static dev.skein.systemtests.faults.FaultKind.SLOW_DISK;
import static dev.skein.systemtests.faults.FaultKind.SNAPSHOTS;
import static dev.skein.systemtests.faults.FaultKind.TRANSFER_STORM;
import static dev.skein.systemtests.faults.FaultKind.TRUE_IO_ERROR;
import static dev.skein.systemtests.faults.FaultKind.UNPLUGGED_NODE;
import static dev.skein.systemtests.faults.FaultKind.UNPLUGGED_REGION;
import static dev.skein.systemtests.faults.FaultKind.ZOMBIE_PRODUCERS;

import dev.skein.systemtests.rig.Need;
import java.util.List;
import java.util.Set;

/** Scenarios that need something of the machine. */
final class MachineScenarios {

    /** What reaches clients and nodes that the WAN emulator is not between. */
    private static final List<FaultKind> WITHOUT_EMULATOR =
            List.of(TRANSFER_STORM, RECONNECT_STORM, ACK_LOSS, ZOMBIE_PRODUCERS, SNAPSHOTS);

    static final List<Scenario> ALL = List.of(
            scenario("power-cut-node", "a node loses its power, and what was not synced", Need.DISKS, POWER_CUT_NODE),
            scenario("power-cut-region", "the same, for a region at once", Need.DISKS, POWER_CUT_REGION),
            scenario("power-cut-all", "the same, for all nodes at once", Need.DISKS, POWER_CUT_ALL),
            scenario(
                    "power-cut-amnesia",
                    "a node that lost its power makes a majority with one that knows less",
                    Need.DISKS,
                    POWER_CUT_AMNESIA),
            scenario("blackout", "all nodes lose their power when they hold --messages", Need.DISKS, BLACKOUT),
            scenario("frozen-disk", "writes to a leader's disk wait", Need.FREEZING, FROZEN_DISK),
            scenario("slow-disk", "a node's disk takes 20 writes a second", Need.THROTTLING, SLOW_DISK),
            scenario("true-io-error", "a leader's device answers writes with errors", Need.MEMORY_DISKS, TRUE_IO_ERROR),
            scenario("clock-jump", "a leader's wall clock jumps by seconds to an hour", Need.CLOCKS, CLOCK_JUMP),
            scenario("clock-drift", "a leader's wall clock runs too fast or too slow", Need.CLOCKS, CLOCK_DRIFT),
            new Scenario(
                    "netns",
                    "nodes in network namespaces, whose cables are pulled; alone, and without WAN between nodes",
                    List.of(UNPLUGGED_NODE, UNPLUGGED_REGION),
                    WITHOUT_EMULATOR,
                    false,
                    Set.of(Need.NETWORKS)));

    private MachineScenarios() {}

    private static Scenario scenario(String name, String line, Need need, FaultKind kind) {
        return new Scenario(name, line, List.of(kind), Scenario.LIGHT, false, Set.of(need));
    }

    /** Those that can go on one cluster in turn. */
    static List<Scenario> together() {
        return ALL.stream()
                .filter(scenario -> !scenario.needs().contains(Need.NETWORKS)
                        && !scenario.kinds().contains(BLACKOUT))
                .toList();
    }
}
