package dev.skein.systemtests.faults;

import dev.skein.systemtests.traffic.StalledSubscriber;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Subscribers with endless demand that stop reading, on a channel with much traffic, until the server lets them go. Lasts longer than a
 * server's patience, whatever the schedule says.
 */
final class SlowConsumers implements Fault {

    private static final int SUBSCRIBERS = 3;
    private static final long PATIENCE_SECONDS = 38;
    private static final long PERIOD_MILLIS = 100;
    private static final int BYTES = 24_000;

    private final Ground ground;
    private final String region;
    private final String text;
    private final List<StalledSubscriber> stalled = new ArrayList<>();

    SlowConsumers(Ground ground, Random random) {
        this.ground = ground;
        this.region = Ground.pick(ground.regions(), random);
        this.text = "x".repeat(BYTES);
    }

    @Override
    public String begin() throws IOException {
        List<String> endpoints = ground.cluster().endpoints(region);
        for (int i = 0; i < SUBSCRIBERS; i++) {
            String endpoint = endpoints.get(i % endpoints.size());
            stalled.add(StalledSubscriber.open(endpoint, Workload.BULK_CHANNEL));
        }
        return "slow-consumers in " + region;
    }

    @Override
    public void hold(long untilNanos) throws InterruptedException {
        long until = Math.max(untilNanos, System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L);
        do {
            ground.fleet().chat(region).offer(Workload.BULK_CHANNEL, "bulk", text);
        } while (Pause.upTo(PERIOD_MILLIS, until));
    }

    @Override
    public void end() throws InterruptedException {
        for (StalledSubscriber subscriber : stalled) {
            ground.isolation().ended(subscriber.reasonAfterTakingAgain());
            subscriber.close();
        }
    }
}
