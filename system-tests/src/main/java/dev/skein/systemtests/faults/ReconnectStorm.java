package dev.skein.systemtests.faults;

import java.util.Random;

/** All clients of a region look for another node at the same moment, again and again. */
final class ReconnectStorm implements Fault {

    private static final long PERIOD_MILLIS = 700;

    private final Ground ground;
    private final String region;
    private int times;

    ReconnectStorm(Ground ground, Random random) {
        this.ground = ground;
        this.region = Ground.pick(ground.regions(), random);
    }

    @Override
    public String begin() {
        return "reconnect-storm in " + region;
    }

    @Override
    public void hold(long untilNanos) throws InterruptedException {
        do {
            ground.fleet().scatter(region);
            times++;
        } while (Pause.upTo(PERIOD_MILLIS, untilNanos));
    }

    @Override
    public void end() {
        ground.progress().say("  reconnect-storm: " + times + " times all clients of " + region);
    }
}
