package dev.skein.systemtests.faults;

import static dev.skein.systemtests.faults.FaultKind.ACK_LOSS;
import static dev.skein.systemtests.faults.FaultKind.AMNESIA;
import static dev.skein.systemtests.faults.FaultKind.BIT_ROT;
import static dev.skein.systemtests.faults.FaultKind.BRIDGE;
import static dev.skein.systemtests.faults.FaultKind.CUT_ALL_REGIONS;
import static dev.skein.systemtests.faults.FaultKind.CUT_LOG;
import static dev.skein.systemtests.faults.FaultKind.CUT_NODE;
import static dev.skein.systemtests.faults.FaultKind.CUT_REGION;
import static dev.skein.systemtests.faults.FaultKind.DEAF_LEADER;
import static dev.skein.systemtests.faults.FaultKind.DEAF_REGION;
import static dev.skein.systemtests.faults.FaultKind.DISK_FULL;
import static dev.skein.systemtests.faults.FaultKind.DISK_STALL;
import static dev.skein.systemtests.faults.FaultKind.DRAIN_NODE;
import static dev.skein.systemtests.faults.FaultKind.FLAPPING_LINK;
import static dev.skein.systemtests.faults.FaultKind.FLIP_LOG;
import static dev.skein.systemtests.faults.FaultKind.FLIP_SNAPSHOT;
import static dev.skein.systemtests.faults.FaultKind.FLIP_STORE;
import static dev.skein.systemtests.faults.FaultKind.FLIP_VOTE;
import static dev.skein.systemtests.faults.FaultKind.IO_ERROR;
import static dev.skein.systemtests.faults.FaultKind.KILL_ALL;
import static dev.skein.systemtests.faults.FaultKind.KILL_LEADER;
import static dev.skein.systemtests.faults.FaultKind.KILL_NODE;
import static dev.skein.systemtests.faults.FaultKind.KILL_REGION;
import static dev.skein.systemtests.faults.FaultKind.LOSSY_LINK;
import static dev.skein.systemtests.faults.FaultKind.MAJORITY_RING;
import static dev.skein.systemtests.faults.FaultKind.MISSING_IDENTITY;
import static dev.skein.systemtests.faults.FaultKind.MISSING_LOG;
import static dev.skein.systemtests.faults.FaultKind.MISSING_VOTE;
import static dev.skein.systemtests.faults.FaultKind.MOVE_HOME;
import static dev.skein.systemtests.faults.FaultKind.MUTE_LEADER;
import static dev.skein.systemtests.faults.FaultKind.MUTE_REGION;
import static dev.skein.systemtests.faults.FaultKind.NARROW_LINK;
import static dev.skein.systemtests.faults.FaultKind.NO_SPACE;
import static dev.skein.systemtests.faults.FaultKind.PARTIAL_CUT;
import static dev.skein.systemtests.faults.FaultKind.PAUSE_ALL;
import static dev.skein.systemtests.faults.FaultKind.PAUSE_LEADER;
import static dev.skein.systemtests.faults.FaultKind.PAUSE_NODE;
import static dev.skein.systemtests.faults.FaultKind.PAUSE_REGION;
import static dev.skein.systemtests.faults.FaultKind.RECONNECT_STORM;
import static dev.skein.systemtests.faults.FaultKind.RESTART_NODE;
import static dev.skein.systemtests.faults.FaultKind.ROLLED_BACK;
import static dev.skein.systemtests.faults.FaultKind.ROLLING_RESTART;
import static dev.skein.systemtests.faults.FaultKind.SLOW_CONSUMERS;
import static dev.skein.systemtests.faults.FaultKind.SLOW_LINK;
import static dev.skein.systemtests.faults.FaultKind.SNAPSHOTS;
import static dev.skein.systemtests.faults.FaultKind.SWAPPED;
import static dev.skein.systemtests.faults.FaultKind.SWIZZLE;
import static dev.skein.systemtests.faults.FaultKind.TORN_LOG;
import static dev.skein.systemtests.faults.FaultKind.TRANSFER_STORM;
import static dev.skein.systemtests.faults.FaultKind.WIPED;
import static dev.skein.systemtests.faults.FaultKind.ZOMBIE_PRODUCERS;

import dev.skein.core.Checks;
import dev.skein.systemtests.rig.Need;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Faults that belong together.
 *
 * @param name as users write it
 * @param line what it is, in one line
 * @param kinds faults that begin its rounds, one after the other
 * @param company faults that may join them
 * @param together every round has all kinds: the first lasts while the others come one after the other
 * @param needs of the machine
 */
record Scenario(
        String name, String line, List<FaultKind> kinds, List<FaultKind> company, boolean together, Set<Need> needs) {

    static final List<FaultKind> LIGHT = List.of(
            TRANSFER_STORM, RECONNECT_STORM, ACK_LOSS, ZOMBIE_PRODUCERS, SNAPSHOTS, PARTIAL_CUT, SLOW_LINK, LOSSY_LINK);

    private static final List<Scenario> ALL = List.of(
            scenario("kill-node", "kill -9 of one node, a leader or any", KILL_LEADER, KILL_NODE),
            scenario("kill-region", "kill -9 of a region", KILL_REGION),
            scenario("kill-all", "kill -9 of everything at once", KILL_ALL),
            scenario("restart", "polite restarts, of one node and of all in turn", RESTART_NODE, ROLLING_RESTART),
            scenario(
                    "pause",
                    "SIGSTOP of a leader, a node, a region or everything",
                    PAUSE_LEADER,
                    PAUSE_REGION,
                    PAUSE_NODE,
                    PAUSE_ALL),
            scenario(
                    "partition",
                    "symmetric partitions of a node, a region, all regions",
                    CUT_REGION,
                    CUT_NODE,
                    CUT_ALL_REGIONS),
            scenario(
                    "one-way",
                    "a region or a leader that is deaf or mute",
                    DEAF_LEADER,
                    MUTE_LEADER,
                    DEAF_REGION,
                    MUTE_REGION),
            scenario(
                    "partial",
                    "partial partitions: two nodes, a bridge, a majority ring",
                    PARTIAL_CUT,
                    BRIDGE,
                    MAJORITY_RING),
            scenario("swizzle", "nodes cut off one by one and healed in another order", SWIZZLE),
            scenario(
                    "bad-links",
                    "slow, lossy, narrow and flapping links",
                    SLOW_LINK,
                    LOSSY_LINK,
                    FLAPPING_LINK,
                    NARROW_LINK),
            scenario("transfers", "a storm of leadership transfers, and draining", TRANSFER_STORM, DRAIN_NODE),
            scenario("membership", "voters move to another region and back under load", MOVE_HOME),
            scenario("snapshots", "snapshots all the time", SNAPSHOTS),
            scenario("ack-loss", "lost answers, retried in another region", ACK_LOSS),
            new Scenario(
                    "late-retries",
                    "lost answers, retried after snapshots and a kill -9 of everything",
                    List.of(ACK_LOSS, SNAPSHOTS, KILL_ALL),
                    LIGHT,
                    true,
                    Set.of()),
            scenario("zombies", "two clients with one producer's identity", ZOMBIE_PRODUCERS),
            scenario("reconnects", "clients that reconnect in crowds", RECONNECT_STORM),
            scenario("slow-consumers", "subscribers that stop reading", SLOW_CONSUMERS),
            scenario("bit-rot", "bits flip in the log of a node that runs", BIT_ROT),
            scenario(
                    "damaged-log",
                    "a node's log truncated, torn, bit-flipped, missing",
                    CUT_LOG,
                    FLIP_LOG,
                    TORN_LOG,
                    MISSING_LOG),
            scenario("damaged-vote", "a node's term and vote bit-flipped, missing", FLIP_VOTE, MISSING_VOTE),
            scenario("damaged-store", "a node's message index or snapshot bit-flipped", FLIP_STORE, FLIP_SNAPSHOT),
            scenario(
                    "wrong-disk",
                    "a node's directory rolled back, swapped, without identity, wiped",
                    ROLLED_BACK,
                    SWAPPED,
                    MISSING_IDENTITY,
                    WIPED),
            scenario("amnesia", "an emptied disk where one region is behind and the only whole one is down", AMNESIA),
            scenario("disk-stall", "a leader's disk stands still; publishing goes on within 3 s", DISK_STALL),
            scenario("disk-full", "a leader's disk is nearly full, or full all of a sudden", DISK_FULL, NO_SPACE),
            scenario("io-error", "syncs of a leader's disk fail", IO_ERROR),
            random());

    private static Scenario scenario(String name, String line, FaultKind... kinds) {
        return new Scenario(name, line, List.of(kinds), LIGHT, false, Set.of());
    }

    /** Everything with everything, apart from what takes long by itself. */
    private static Scenario random() {
        List<FaultKind> all = Arrays.stream(FaultKind.values())
                .filter(kind -> kind.family() != FaultKind.Family.STORAGE
                        && kind.family() != FaultKind.Family.MACHINE
                        && kind != ROLLING_RESTART
                        && kind != SLOW_CONSUMERS)
                .toList();
        return new Scenario(
                "random",
                "any of the process, network, control and client faults, with any other",
                all,
                all,
                false,
                Set.of());
    }

    /** Those that anybody can run. */
    static List<Scenario> all() {
        return ALL;
    }

    /** Those that need root, and more. */
    static List<Scenario> ofTheMachine() {
        return MachineScenarios.ALL;
    }

    private static Stream<Scenario> known() {
        return Stream.concat(ALL.stream(), MachineScenarios.ALL.stream());
    }

    /** What is missing here for it, in a few words. */
    Optional<String> missing() {
        return needs.stream().flatMap(need -> need.missing().stream()).findFirst();
    }

    /** One kind of fault that needs nothing of the machine. */
    private static Scenario of(FaultKind kind) {
        return scenario(kind.word(), kind.line(), kind);
    }

    private static Stream<Scenario> single() {
        return Arrays.stream(FaultKind.values())
                .filter(kind -> kind.family() != FaultKind.Family.MACHINE)
                .map(Scenario::of);
    }

    /** Of this name, or of nothing but the fault of this name. */
    static Scenario named(String name) {
        return Stream.concat(known(), single())
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Checks.text(
                        "scenario",
                        name,
                        "one of " + known().map(Scenario::name).collect(Collectors.joining(", ")) + ", or a fault")));
    }
}
