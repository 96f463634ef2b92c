package dev.skein.systemtests.faults;

import java.util.List;

/**
 * The end of a power cut, by {@link System#nanoTime}.
 *
 * @param fault what was cut
 * @param messages held in the cluster when it is a blackout; 0: not counted
 * @param onNanos when the nodes' processes were started
 * @param readyNanos when each was ready
 * @param ledNanos when every shard was led; 0: never seen
 * @param lost what the disks lost, node by node
 */
record PowerOn(FaultKind fault, int messages, long onNanos, long readyNanos, long ledNanos, List<String> lost) {

    PowerOn {
        lost = List.copyOf(lost);
    }

    /** Whether nothing was left to answer before the power came back. */
    boolean ofEverything() {
        return fault == FaultKind.POWER_CUT_ALL || fault == FaultKind.BLACKOUT;
    }
}
