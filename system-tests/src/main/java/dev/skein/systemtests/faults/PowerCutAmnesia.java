package dev.skein.systemtests.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One region stands still while the others acknowledge; then one of these loses its power, the other stands still, and who knew less makes a
 * majority with who lost its power. Whatever was acknowledged has to be found there.
 */
final class PowerCutAmnesia implements Fault {

    private final Ground ground;
    private final List<String> unaware;
    private final List<String> knowing;
    private final List<String> cut;
    private List<String> lost = List.of();
    private long onNanos;

    PowerCutAmnesia(Ground ground, Random random) throws IOException {
        this.ground = ground;
        List<String> regions = new ArrayList<>(ground.regions());
        Collections.shuffle(regions, random);
        this.unaware = ground.nodes(regions.get(0));
        this.knowing = ground.nodes(regions.get(1));
        this.cut = ground.nodes(regions.get(2));
    }

    @Override
    public String begin() throws IOException {
        ground.processes().pause(unaware);
        return FaultKind.POWER_CUT_AMNESIA.word() + " of " + String.join(", ", cut) + ", " + String.join(", ", unaware)
                + " being behind";
    }

    @Override
    public void hold(long untilNanos) throws IOException, InterruptedException {
        long now = System.nanoTime();
        Pause.until(now + (untilNanos - now) / 2);
        lost = PowerCut.cut(ground, cut);
        ground.processes().pause(knowing);
        ground.processes().resume(unaware);
        onNanos = System.nanoTime();
        ground.processes().start(cut);
        ground.machine()
                .powerOns()
                .add(new PowerOn(FaultKind.POWER_CUT_AMNESIA, 0, onNanos, System.nanoTime(), 0, lost));
        Pause.until(Math.max(untilNanos, System.nanoTime() + (untilNanos - now) / 2));
    }

    @Override
    public void end() throws IOException {
        ground.processes().resume(knowing);
        if (onNanos == 0) {
            ground.processes().resume(unaware);
            ground.processes().start(cut);
        }
    }
}
