package dev.skein.systemtests.faults;

import java.util.Locale;
import java.util.Set;

/** What can be done to a cluster or by hostile clients. */
enum FaultKind {
    KILL_NODE(Family.PROCESS, true, "one node's process ends with SIGKILL and is started again"),
    KILL_LEADER(Family.PROCESS, true, "the same, for a node that leads"),
    KILL_REGION(Family.PROCESS, true, "all processes of a region end at once"),
    KILL_ALL(Family.PROCESS, false, "all processes end at once"),
    RESTART_NODE(Family.PROCESS, true, "a node is asked to stop and started again"),
    ROLLING_RESTART(Family.PROCESS, true, "every node in turn is asked to stop and started again"),
    PAUSE_NODE(Family.PROCESS, true, "a node stands still (SIGSTOP) and goes on"),
    PAUSE_LEADER(Family.PROCESS, true, "the same, for a node that leads"),
    PAUSE_REGION(Family.PROCESS, true, "all processes of a region stand still"),
    PAUSE_ALL(Family.PROCESS, false, "all processes stand still"),
    CUT_NODE(Family.NETWORK, true, "nothing passes between a node and everybody else"),
    CUT_REGION(Family.NETWORK, true, "nothing passes between a region and everybody else"),
    CUT_ALL_REGIONS(Family.NETWORK, false, "nothing passes between any two regions"),
    DEAF_REGION(Family.NETWORK, true, "a region is heard, but hears nobody"),
    MUTE_REGION(Family.NETWORK, true, "a region hears, but is not heard"),
    DEAF_LEADER(Family.NETWORK, true, "a node that leads is heard, but hears nobody"),
    MUTE_LEADER(Family.NETWORK, true, "a node that leads hears, but is not heard"),
    PARTIAL_CUT(Family.NETWORK, true, "two nodes can't reach each other, all others can"),
    BRIDGE(Family.NETWORK, true, "two regions can't reach each other, a third one reaches both"),
    MAJORITY_RING(Family.NETWORK, false, "each node reaches another majority of the nodes"),
    SWIZZLE(Family.NETWORK, false, "nodes are cut off one after the other and come back in another order"),
    FLAPPING_LINK(Family.NETWORK, false, "a region's ways come and go"),
    SLOW_LINK(Family.NETWORK, false, "a region's ways take four times as long, with jitter"),
    LOSSY_LINK(Family.NETWORK, false, "a region's ways lose packets in bursts"),
    NARROW_LINK(Family.NETWORK, false, "little fits through a region's ways"),
    TRANSFER_STORM(Family.CONTROL, true, "leaderships are handed to random voters, five a second"),
    MOVE_HOME(Family.CONTROL, true, "a namespace moves to another home region and back: voters change under load"),
    DRAIN_NODE(Family.CONTROL, true, "a node hands over leaderships and clients, and takes part again"),
    SNAPSHOTS(Family.CONTROL, true, "every node takes snapshots again and again"),
    RECONNECT_STORM(Family.CLIENT, true, "all clients of a region look for another node, again and again"),
    SLOW_CONSUMERS(Family.CLIENT, true, "subscribers with endless demand stop reading"),
    ACK_LOSS(Family.CLIENT, true, "answers of publishes are lost; they are sent again in another region"),
    ZOMBIE_PRODUCERS(Family.CLIENT, true, "two clients publish with one producer's identity"),
    CUT_LOG(Family.STORAGE, true, "a stopped node's newest log file loses a good part of its end"),
    TORN_LOG(Family.STORAGE, true, "a stopped node's log loses its last bytes, as if they had never been synced"),
    FLIP_LOG(Family.STORAGE, true, "a bit of a stopped node's log flips"),
    MISSING_LOG(Family.STORAGE, true, "a file of a stopped node's log is gone"),
    FLIP_VOTE(Family.STORAGE, true, "bits of a stopped node's term and vote flip"),
    MISSING_VOTE(Family.STORAGE, true, "a stopped node's term and vote are gone"),
    FLIP_STORE(Family.STORAGE, true, "bits of a stopped node's message index flip"),
    FLIP_SNAPSHOT(Family.STORAGE, true, "a bit of a stopped node's snapshot flips"),
    MISSING_IDENTITY(Family.STORAGE, true, "a stopped node's identity file is gone"),
    ROLLED_BACK(Family.STORAGE, true, "a stopped node's directory is an older copy of itself"),
    SWAPPED(Family.STORAGE, false, "two stopped nodes have each other's directories"),
    WIPED(Family.STORAGE, true, "a stopped node's directory is empty"),
    DISK_STALL(Family.STORAGE, true, "a leader's disk stands still: writes and syncs don't end"),
    DISK_FULL(Family.STORAGE, true, "a leader's disk has hardly any room left"),
    NO_SPACE(Family.STORAGE, true, "a leader's disk is full all of a sudden: writes fail"),
    IO_ERROR(Family.STORAGE, true, "syncs of a leader's disk fail"),
    BIT_ROT(Family.STORAGE, true, "a bit flips in an old file of a running node's log"),
    AMNESIA(
            Family.STORAGE,
            false,
            "a region that acknowledged loses its disks while another is behind and the last is down"),
    POWER_CUT_NODE(Family.MACHINE, true, "a node loses its power, and what it had not synced"),
    POWER_CUT_REGION(Family.MACHINE, true, "all nodes of a region lose their power at once"),
    POWER_CUT_ALL(Family.MACHINE, false, "all nodes lose their power at once"),
    POWER_CUT_AMNESIA(Family.MACHINE, false, "a node that lost its power makes a majority with one that knows less"),
    BLACKOUT(Family.MACHINE, false, "all nodes lose their power when they hold many messages"),
    FROZEN_DISK(Family.MACHINE, true, "writes to a leader's disk wait"),
    SLOW_DISK(Family.MACHINE, true, "a node's disk takes few writes a second"),
    TRUE_IO_ERROR(Family.MACHINE, true, "a node's device answers writes with errors"),
    CLOCK_JUMP(Family.MACHINE, true, "a node's wall clock jumps, and back"),
    CLOCK_DRIFT(Family.MACHINE, true, "a node's wall clock runs too fast or too slow"),
    UNPLUGGED_NODE(Family.MACHINE, true, "a node's network cable is pulled"),
    UNPLUGGED_REGION(Family.MACHINE, true, "the network cables of a region's nodes are pulled");

    /** Who does it. */
    enum Family {
        PROCESS,
        NETWORK,
        CONTROL,
        CLIENT,
        STORAGE,
        /** Needs root. */
        MACHINE
    }

    /** Half-dead ways and disks, which nobody reports as dead. */
    private static final Set<FaultKind> HALF_DEAD =
            Set.of(DISK_STALL, DEAF_REGION, MUTE_REGION, DEAF_LEADER, MUTE_LEADER, PARTIAL_CUT, BRIDGE);

    private static final long HALF_DEAD_STANDSTILL_MILLIS = 3_000;

    private final Family family;
    private final boolean survivable;
    private final String line;

    FaultKind(Family family, boolean survivable, String line) {
        this.family = family;
        this.survivable = survivable;
        this.line = line;
    }

    Family family() {
        return family;
    }

    /** Whether publishing has to go on under it, when nothing else is wrong. */
    boolean isSurvivable() {
        return survivable;
    }

    /** Longest standstill under it when nothing else is wrong; 0: no bound of its own. */
    long standstillMillisMax() {
        return HALF_DEAD.contains(this) ? HALF_DEAD_STANDSTILL_MILLIS : 0;
    }

    String line() {
        return line;
    }

    /** As users write it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
