package dev.skein.systemtests.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Nodes that lose their power, all at the same moment: their processes end, and what their disks were not told to keep is gone. */
final class PowerCut implements Fault {

    private static final Duration LED_TIMEOUT = Duration.ofSeconds(90);

    private final FaultKind kind;
    private final Ground ground;
    private final Random random;
    private List<String> nodes = List.of();
    private List<String> lost = List.of();

    PowerCut(FaultKind kind, Ground ground, Random random) {
        this.kind = kind;
        this.ground = ground;
        this.random = random;
    }

    @Override
    public String begin() throws IOException {
        nodes = switch (kind) {
            case POWER_CUT_REGION -> ground.nodes(Ground.pick(ground.regions(), random));
            case POWER_CUT_ALL -> ground.nodes();
            default -> List.of(Ground.pick(ground.nodes(), random));
        };
        lost = cut(ground, nodes);
        return kind.word() + " " + String.join(", ", nodes);
    }

    /** Answers what the disks lost. */
    static List<String> cut(Ground ground, List<String> nodes) throws IOException {
        List<String> lost =
                ground.processes().cutPower(nodes, ground.machine().rig().disks());
        lost.forEach(line -> ground.progress().say("  " + line));
        return lost;
    }

    @Override
    public void end() throws IOException {
        ground.machine().powerOns().add(powerOn(ground, kind, nodes, 0, lost));
    }

    /** Starts the nodes again, and waits until they are ready and every shard is led. */
    static PowerOn powerOn(Ground ground, FaultKind kind, List<String> nodes, int messages, List<String> lost)
            throws IOException {
        long on = System.nanoTime();
        CompletableFuture<Long> led = CompletableFuture.supplyAsync(() -> awaitLed(ground));
        ground.processes().start(nodes);
        long ready = System.nanoTime();
        return new PowerOn(kind, messages, on, ready, led.join(), lost);
    }

    private static long awaitLed(Ground ground) {
        try {
            ground.cluster().waitUntilAllLed(LED_TIMEOUT);
            return System.nanoTime();
        } catch (IOException never) {
            return 0;
        }
    }
}
