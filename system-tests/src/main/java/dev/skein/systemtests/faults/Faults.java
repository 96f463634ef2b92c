package dev.skein.systemtests.faults;

import java.io.IOException;
import java.util.Random;

/** From the schedule's words to what does them. */
final class Faults {

    private Faults() {}

    static Fault of(PlannedFault planned, Ground ground) throws IOException {
        Random random = new Random(planned.dice());
        FaultKind kind = planned.kind();
        if (kind == FaultKind.ROLLING_RESTART) {
            return new ProcessFault.Rolling(ground, random);
        }
        return switch (kind.family()) {
            case PROCESS -> new ProcessFault(kind, ground, random);
            case NETWORK -> new NetworkFault(kind, ground, random);
            case CONTROL -> new ControlFault(kind, ground, random);
            case STORAGE -> storageFault(kind, ground, random);
            case MACHINE -> machineFault(kind, ground, random);
            case CLIENT -> clientFault(kind, ground, random);
        };
    }

    private static Fault storageFault(FaultKind kind, Ground ground, Random random) throws IOException {
        return switch (kind) {
            case AMNESIA -> new Amnesia(ground, random);
            case BIT_ROT -> new BitRot(ground, random);
            case DISK_STALL, DISK_FULL, NO_SPACE, IO_ERROR -> new SickDisk(kind, ground, random);
            default -> new StorageFault(kind, ground, random);
        };
    }

    private static Fault machineFault(FaultKind kind, Ground ground, Random random) throws IOException {
        return switch (kind) {
            case POWER_CUT_NODE, POWER_CUT_REGION, POWER_CUT_ALL -> new PowerCut(kind, ground, random);
            case POWER_CUT_AMNESIA -> new PowerCutAmnesia(ground, random);
            case BLACKOUT -> new Blackout(ground);
            case CLOCK_JUMP, CLOCK_DRIFT -> new ClockFault(kind, ground, random);
            case UNPLUGGED_NODE, UNPLUGGED_REGION -> new CableFault(kind, ground, random);
            default -> new DiskFault(kind, ground, random);
        };
    }

    private static Fault clientFault(FaultKind kind, Ground ground, Random random) {
        return switch (kind) {
            case ACK_LOSS -> new AckLoss(ground, random);
            case ZOMBIE_PRODUCERS -> new ZombieProducers(ground, random);
            case SLOW_CONSUMERS -> new SlowConsumers(ground, random);
            default -> new ReconnectStorm(ground, random);
        };
    }
}
