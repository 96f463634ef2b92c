package dev.skein.systemtests.faults;

import dev.skein.systemtests.rig.Rig;

/**
 * What faults of the machine are done with.
 *
 * @param rig the nodes' disks, clocks and networks
 * @param powerOns what came of power cuts
 * @param messages to be held before a blackout
 */
record MachineGround(Rig rig, PowerOns powerOns, int messages) {}
