package dev.skein.systemtests.faults;

import dev.skein.systemtests.launch.ClusterException;
import dev.skein.systemtests.traffic.Homes;
import dev.skein.systemtests.traffic.RecordingPublisher;
import dev.skein.systemtests.traffic.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Fills every shard with messages, and when they are acknowledged, all nodes lose their power. Looks how long it takes to come back. */
final class Blackout implements Fault {

    private static final Duration FILL_TIMEOUT = Duration.ofSeconds(200);
    private static final long POLL_MILLIS = 50;
    private static final String TEXT = "a message of a usual length, which was there before the lights went out";

    private final Ground ground;
    private final Tally filling = new Tally();
    private List<String> nodes = List.of();
    private List<String> lost = List.of();

    Blackout(Ground ground) {
        this.ground = ground;
    }

    /** Where the messages go: a channel in each shard, which nobody follows. */
    static List<String> channels(Homes homes) {
        return homes.everyShard("faults.bulk-load");
    }

    @Override
    public String begin() throws IOException, InterruptedException {
        long start = System.nanoTime();
        fill(start + FILL_TIMEOUT.toNanos());
        ground.progress()
                .say("  " + filling.acknowledged.sum() + " messages in "
                        + ground.homes().shards() + " shards after "
                        + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
        nodes = ground.nodes();
        lost = PowerCut.cut(ground, nodes);
        return "blackout of " + nodes.size() + " nodes with " + filling.acknowledged.sum() + " messages";
    }

    private void fill(long deadline) throws IOException, InterruptedException {
        List<String> channels = channels(ground.homes());
        List<Thread> threads = new ArrayList<>();
        int regions = ground.regions().size();
        for (int number = 0; number < regions; number++) {
            RecordingPublisher publisher =
                    ground.fleet().newPublisher("bulk", ground.regions().get(number), filling);
            int part = ground.machine().messages() / regions;
            int first = number;
            Thread thread = new Thread(() -> publish(publisher, channels, first, part), "blackout-fill");
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            thread.interrupt();
        }
        while (filling.unanswered() > 0) {
            if (!Pause.upTo(POLL_MILLIS, deadline)) {
                throw new ClusterException(filling.unanswered() + " messages are not answered");
            }
        }
    }

    private static void publish(RecordingPublisher publisher, List<String> channels, int first, int count) {
        try {
            for (int i = 0; i < count; i++) {
                publisher.publish(channels.get((first + i) % channels.size()), "bulk", TEXT);
            }
        } catch (InterruptedException late) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void end() throws IOException {
        int held = (int) filling.acknowledged.sum();
        ground.machine().powerOns().add(PowerCut.powerOn(ground, FaultKind.BLACKOUT, nodes, held, lost));
    }
}
