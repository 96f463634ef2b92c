package dev.skein.benchmarks.system;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.core.TimeSource;
import dev.skein.systemtests.wan.Cut;
import dev.skein.systemtests.wan.PathSettings;
import dev.skein.systemtests.wan.WanEmulator;
import dev.skein.systemtests.wan.WanPlan;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The WAN emulator with exact distances: pure delay, no jitter and no loss, so that what is measured is the system and not chance. */
final class DistancesMain {

    static final String READY = "ready";

    private static final int ARGUMENTS_A_PAIR = 3;

    private DistancesMain() {}

    /** @param args the emulator's plan, a file; then for each pair of regions: one, the other, milliseconds of their round trip */
    public static void main(String[] args) throws IOException, InterruptedException {
        WanPlan plan = new ObjectMapper().readValue(new File(args[0]), WanPlan.class);
        try (WanEmulator wan = WanEmulator.start(plan, TimeSource.system())) {
            for (int i = 1; i + ARGUMENTS_A_PAIR <= args.length; i += ARGUMENTS_A_PAIR) {
                PathSettings distance = distance(Integer.parseInt(args[i + 2]));
                wan.change(new Cut(args[i], args[i + 1], true), any -> distance);
            }
            System.out.println(READY);
            new CountDownLatch(1).await();
        }
    }

    private static PathSettings distance(int rttMillis) {
        return new PathSettings(TimeUnit.MILLISECONDS.toNanos(rttMillis) / 2, 0, 0, 0, 0, 0);
    }
}
