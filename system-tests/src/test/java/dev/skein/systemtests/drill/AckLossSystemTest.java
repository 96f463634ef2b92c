package dev.skein.systemtests.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.HistoryQuery;
import dev.skein.client.Message;
import dev.skein.client.SkeinClient;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Identity;
import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.history.Retry;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.PlaceName;
import dev.skein.systemtests.launch.Progress;
import dev.skein.systemtests.traffic.Arrivals;
import dev.skein.systemtests.traffic.CutOff;
import dev.skein.systemtests.traffic.Fleet;
import dev.skein.systemtests.traffic.ForcedRetries;
import dev.skein.systemtests.traffic.Homes;
import dev.skein.systemtests.traffic.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A publish in flight whose answer is cut off takes effect once, and its retry in another region is told where. */
class AckLossSystemTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private Path data;

    private final History history = new History();
    private final Tally tally = new Tally();
    private final Arrivals arrivals = new Arrivals();
    private final Homes homes = new Homes(REGIONS, 6);
    private LocalCluster cluster;
    private Fleet fleet;
    private ForcedRetries retries;

    @BeforeEach
    void start() throws IOException {
        ClusterPlan plan = ClusterPlan.of(REGIONS, 1, "close", 6).withNamespaces(homes.namespaces());
        cluster = LocalCluster.start(plan, data, Progress.silent());
        cluster.waitUntilAllLed(TIMEOUT);
        fleet = Fleet.open(cluster, REGIONS, homes, history, tally, arrivals::seen);
        fleet.follow(homes.retryChannels());
        retries = new ForcedRetries(cluster, history, arrivals, new Random(5));
    }

    @AfterEach
    void stop() {
        retries.close();
        fleet.close();
        cluster.close();
    }

    @Test
    void theRetryOfACommittedPublishGetsItsOriginalSerial() throws Exception {
        List<CutOff> sent = retries.publishUnheard("us", homes.retryChannels());
        assertTrue(retries.awaitCommitted(sent, TIMEOUT));

        assertEquals(sent.size(), retries.retry(sent, "ap", true, TIMEOUT));

        List<Retry> answers = answers();
        assertEquals(sent.size(), answers.size());
        for (Retry answer : answers) {
            assertTrue(answer.duplicate(), answer.toString());
            assertEquals(List.of(answer.serial()), serialsOf(answer));
        }
    }

    @Test
    void aPublishInFlightWhenItsRegionIsLostTakesEffectOnce() throws Exception {
        List<CutOff> sent = retries.publishUnheard("us", homes.retryChannels());
        cluster.kill(PlaceName.region("us"));

        assertEquals(sent.size(), retries.retry(sent, "eu", false, TIMEOUT));

        for (Retry answer : answers()) {
            assertEquals(Outcome.ACKNOWLEDGED, answer.outcome());
            assertEquals(List.of(answer.serial()), serialsOf(answer));
        }
    }

    private List<Retry> answers() {
        List<Retry> answers = new ArrayList<>();
        history.retries(answers::add);
        return answers;
    }

    /** Where the channel's history has the retried message. */
    private List<Long> serialsOf(Retry retry) throws IOException {
        String channel = history.channelName(history.publish(retry.id()).channel());
        try (SkeinClient reader = fleet.reader("eu")) {
            return reader.blocking().history(HistoryQuery.oldestFirst(channel)).messages().stream()
                    .filter(message -> Identity.idIn(message.payload()) == retry.id())
                    .map(Message::serial)
                    .toList();
        }
    }
}
