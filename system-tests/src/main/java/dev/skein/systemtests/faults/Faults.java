package dev.skein.systemtests.faults;

import java.util.Random;

/** From the schedule's words to what does them. */
final class Faults {

    private Faults() {}

    static Fault of(PlannedFault planned, Ground ground) {
        Random random = new Random(planned.dice());
        FaultKind kind = planned.kind();
        if (kind == FaultKind.ROLLING_RESTART) {
            return new ProcessFault.Rolling(ground, random);
        }
        return switch (kind.family()) {
            case PROCESS -> new ProcessFault(kind, ground, random);
            case NETWORK -> new NetworkFault(kind, ground, random);
            case CONTROL -> new ControlFault(kind, ground, random);
            case STORAGE ->
                SickDisk.KINDS.contains(kind)
                        ? new SickDisk(kind, ground, random)
                        : new StorageFault(kind, ground, random);
            case CLIENT -> clientFault(kind, ground, random);
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
