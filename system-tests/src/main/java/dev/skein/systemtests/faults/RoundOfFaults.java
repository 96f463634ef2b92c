package dev.skein.systemtests.faults;

import dev.skein.systemtests.check.Trouble;
import dev.skein.systemtests.wan.WanRemote;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Does one round: each fault on a thread of its own, then healing, and the waiting until the cluster could survive the next one. */
final class RoundOfFaults {

    private static final Duration FAULT_TIMEOUT = Duration.ofSeconds(240);

    private final Ground ground;
    private final PlannedRound planned;
    private final Duration wholeTimeout;
    private final Queue<Episode> episodes = new ConcurrentLinkedQueue<>();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();

    /** @param wholeTimeout how long shards may be without a leader, or their goal, after the healing */
    RoundOfFaults(Ground ground, PlannedRound planned, Duration wholeTimeout) {
        this.ground = ground;
        this.planned = planned;
        this.wholeTimeout = wholeTimeout;
    }

    /** Answers the time from the first fault to the last healing. */
    Trouble run() throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (PlannedFault fault : planned.faults()) {
            Thread thread =
                    new Thread(() -> run(fault, start), "fault-" + fault.kind().word());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(FAULT_TIMEOUT.toMillis());
            if (thread.isAlive()) {
                problems.add(thread.getName() + " of round " + planned.number() + " did not end");
                thread.interrupt();
            }
        }
        heal();
        long healed = System.nanoTime();
        awaitWhole();
        String name = "round " + planned.number() + " ("
                + String.join(
                        " + ",
                        planned.faults().stream()
                                .map(fault -> fault.kind().word())
                                .toList()) + ")";
        return new Trouble(name, start, healed, planned.isSurvivable(), planned.standstillMillisMax());
    }

    private void run(PlannedFault planned, long start) {
        long began = 0;
        String text = planned.kind().word();
        Fault fault = null;
        try {
            Pause.until(start + planned.beginMillis() * 1_000_000L);
            began = System.nanoTime();
            fault = Faults.of(planned, ground);
            text = fault.begin();
            ground.progress().say("  " + text);
            fault.hold(start + planned.endMillis() * 1_000_000L);
        } catch (IOException | RuntimeException failed) {
            // Under other faults much can't be done: the fault is cut short, which the report tells.
            ground.progress().say("  " + planned.kind().word() + " cut short: " + failed.getMessage());
            text = text + " (cut short: " + failed.getMessage() + ")";
        } catch (InterruptedException stopping) {
            text = text + " (interrupted)";
        } finally {
            end(planned, fault);
            episodes.add(new Episode(this.planned.number(), planned.kind(), text, began, System.nanoTime()));
        }
    }

    private void end(PlannedFault planned, @org.jspecify.annotations.Nullable Fault fault) {
        if (fault == null) {
            return;
        }
        try {
            fault.end();
        } catch (IOException | RuntimeException failed) {
            problems.add("round " + this.planned.number() + ": "
                    + planned.kind().word() + " was not made right again: " + failed.getMessage());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever a fault has left: cuts and dead or paused nodes. */
    private void heal() throws IOException {
        try (WanRemote wan = ground.cluster().wan()) {
            wan.healAll();
        }
        ground.cluster().resumeNodes(ground.nodes());
        try {
            ground.cluster().startDead(ground.nodes());
        } catch (IOException failed) {
            problems.add("round " + planned.number() + ": " + failed.getMessage());
        }
    }

    private void awaitWhole() {
        try {
            double led = seconds(ground.cluster().waitUntilAllLed(wholeTimeout));
            double whole = led + seconds(ground.cluster().waitUntilWhole(wholeTimeout));
            ground.progress()
                    .say(String.format(
                            Locale.ROOT,
                            "  healed; every shard is led %.1f s later, and every goal met after %.1f s",
                            led,
                            whole));
        } catch (IOException notWhole) {
            problems.add("after round " + planned.number() + ": " + notWhole.getMessage());
        }
    }

    private static double seconds(Duration waited) {
        return waited.toMillis() / 1e3;
    }

    List<Episode> episodes() {
        return List.copyOf(episodes);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }
}
