package dev.skein.systemtests.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Two regions acknowledge while a third stands still; then one of the two loses its disks, the other is down, and the third comes back. Nobody
 * may be elected now: who is empty has forgotten what it acknowledged, and who is behind never heard of it. The whole one comes back last.
 */
final class Amnesia implements Fault {

    /** Many election timeouts: nothing may happen in this time, so there is nothing to wait for. */
    private static final long MISLED_MILLIS = 7_000;

    private static final long JOIN_MILLIS = 90_000;

    private final Ground ground;
    private final List<String> behind;
    private final List<String> empty;
    private final List<String> whole;
    private final Thread restart = new Thread(this::startEmpty, "fault-amnesia-start");
    private volatile String failure = "";

    Amnesia(Ground ground, Random random) throws IOException {
        this.ground = ground;
        List<String> regions = new ArrayList<>(ground.regions());
        Collections.shuffle(regions, random);
        this.behind = ground.nodes(regions.get(0));
        this.empty = ground.nodes(regions.get(1));
        this.whole = ground.nodes(regions.get(2));
    }

    @Override
    public String begin() throws IOException {
        ground.processes().pause(behind);
        return "amnesia: " + behind + " behind, " + empty + " empty, only " + whole + " whole";
    }

    @Override
    public void hold(long untilNanos) throws IOException, InterruptedException {
        Pause.until(untilNanos);
        ground.processes().kill(whole);
        ground.cluster().killNodes(empty);
        for (String node : empty) {
            DataFiles.delete(ground.cluster().data(node));
        }
        ground.processes().resume(behind);
        // It isn't ready before it has joined, which takes the whole ones.
        restart.start();
        Thread.sleep(MISLED_MILLIS);
    }

    private void startEmpty() {
        try {
            ground.cluster().startDead(empty);
        } catch (IOException refused) {
            failure = String.valueOf(refused.getMessage());
        }
    }

    @Override
    public void end() throws IOException, InterruptedException {
        ground.processes().start(whole);
        restart.join(JOIN_MILLIS);
        if (!failure.isEmpty()) {
            throw new IOException("the empty nodes did not come back: " + failure);
        }
    }
}
