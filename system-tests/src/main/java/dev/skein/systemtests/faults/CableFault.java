package dev.skein.systemtests.faults;

import java.io.IOException;
import java.util.List;
import java.util.Random;

/** Nodes whose network cables are pulled: packets vanish below TCP, and nobody is told. */
final class CableFault implements Fault {

    private final FaultKind kind;
    private final Ground ground;
    private final Random random;
    private List<String> nodes = List.of();

    CableFault(FaultKind kind, Ground ground, Random random) {
        this.kind = kind;
        this.ground = ground;
        this.random = random;
    }

    @Override
    public String begin() throws IOException {
        nodes = kind == FaultKind.UNPLUGGED_REGION
                ? ground.nodes(Ground.pick(ground.regions(), random))
                : List.of(ground.leader(random));
        ground.machine().rig().networks().unplug(nodes);
        return kind.word() + " " + String.join(", ", nodes);
    }

    @Override
    public void end() throws IOException {
        ground.machine().rig().networks().plug(nodes);
    }
}
