package dev.skein.systemtests.faults;

import dev.skein.systemtests.launch.ClusterException;
import dev.skein.systemtests.traffic.CutOff;
import dev.skein.systemtests.traffic.ForcedRetries;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Publishes whose answers are lost on the way, sent again in another region under whatever else is wrong. */
final class AckLoss implements Fault {

    private static final Duration RETRY_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration COMMIT_TIMEOUT = Duration.ofMillis(1);

    private final Ground ground;
    private final ForcedRetries retries;
    private final String from;
    private final String to;
    private List<CutOff> sent = List.of();

    AckLoss(Ground ground, Random random) {
        this.ground = ground;
        this.from = Ground.pick(ground.regions(), random);
        List<String> others =
                ground.regions().stream().filter(region -> !region.equals(from)).toList();
        this.to = Ground.pick(others, random);
        this.retries = ground.retries();
    }

    @Override
    public String begin() throws IOException {
        try {
            sent = retries.publishUnheard(from, ground.homes().retryChannels());
        } catch (StatusRuntimeException unreachable) {
            throw new ClusterException("nobody in " + from + " takes a publish: " + unreachable.getStatus());
        }
        return "ack-loss of " + sent.size() + " publishes in " + from + ", retried in " + to;
    }

    @Override
    public void end() throws IOException, InterruptedException {
        boolean committed = !sent.isEmpty() && retries.awaitCommitted(sent, COMMIT_TIMEOUT);
        retries.heal(from);
        int answered = retries.retry(sent, to, committed, RETRY_TIMEOUT);
        ground.progress().say("  ack-loss: " + answered + " of " + sent.size() + " answered in " + to);
    }
}
