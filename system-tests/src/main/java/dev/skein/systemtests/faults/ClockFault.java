package dev.skein.systemtests.faults;

import java.io.IOException;
import java.util.List;
import java.util.Random;

/** A leader's wall clock that is wrong. */
final class ClockFault implements Fault {

    private static final List<Long> JUMPS = List.of(-3_600L, -60L, -1L, 1L, 60L, 3_600L);
    private static final List<Double> SPEEDS = List.of(0.8, 1.2);
    private static final long STEP_MILLIS = 250;

    private final FaultKind kind;
    private final Ground ground;
    private final Random random;
    private String node = "";
    private double speed = 1;
    private long beganNanos;

    ClockFault(FaultKind kind, Ground ground, Random random) {
        this.kind = kind;
        this.ground = ground;
        this.random = random;
    }

    @Override
    public String begin() throws IOException {
        node = ground.leader(random);
        if (kind == FaultKind.CLOCK_JUMP) {
            long seconds = Ground.pick(JUMPS, random);
            ground.machine().rig().clocks().jump(node, seconds);
            return kind.word() + " of " + node + " by " + seconds + " s";
        }
        speed = Ground.pick(SPEEDS, random);
        beganNanos = System.nanoTime();
        return kind.word() + " of " + node + ", " + speed + " seconds a second";
    }

    @Override
    public void hold(long untilNanos) throws IOException, InterruptedException {
        while (Pause.upTo(STEP_MILLIS, untilNanos)) {
            if (kind == FaultKind.CLOCK_DRIFT) {
                double seconds = (System.nanoTime() - beganNanos) / 1e9;
                ground.machine().rig().clocks().jump(node, seconds * (speed - 1));
            }
        }
    }

    @Override
    public void end() throws IOException {
        if (!node.isEmpty()) {
            ground.machine().rig().clocks().right(node);
            ground.processes().start(List.of(node));
        }
    }
}
