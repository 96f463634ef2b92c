package dev.skein.examples;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.SkeinClient;
import dev.skein.client.Subscription;
import dev.skein.client.twin.TwinCluster;
import dev.skein.client.twin.TwinNode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExamplesIT {

    private final TwinCluster cluster = new TwinCluster();
    private final TwinNode node = cluster.node("us-a", "us");
    private final SkeinClient client =
            SkeinClient.builder().endpoints(node.endpoint()).region("us").build();

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void publishesOneAndSeveral() throws Exception {
        assertEquals(1, PublishExample.one(client).get(10, TimeUnit.SECONDS).serial());
        assertEquals(
                2, PublishExample.together(client).get(10, TimeUnit.SECONDS).size());
        assertEquals(
                1,
                PublishExample.untilKnown(client, "42")
                        .get(10, TimeUnit.SECONDS)
                        .serial());
    }

    @Test
    void readsBackWhatItPublished() {
        assertEquals(List.of("second", "first"), BlockingExample.publishAndReadBack(node.endpoint()));
    }

    @Test
    void onlyOneGetsTheSeat() {
        assertTrue(ConditionalPublishExample.claim(client, "7", "ann").isPresent());
        assertTrue(ConditionalPublishExample.claim(client, "7", "bob").isEmpty());
    }

    @Test
    void resumesWithoutGapOrDuplicate() throws Exception {
        cluster.put("default:lobby", "a", "b");
        ResumeExample reader = new ResumeExample();
        try (Subscription first = reader.read(client)) {
            await(reader, 3);
        }
        cluster.put("default:lobby", "c");
        try (Subscription second = reader.read(client)) {
            await(reader, 5);
        }
        assertEquals(List.of("a", "b", "[caught up]", "c", "[caught up]"), reader.texts());
    }

    @Test
    void flowsOneMessageAtATime() throws Exception {
        cluster.put("default:lobby", "a", "b", "c", "d");
        assertEquals(
                List.of("a", "b", "c"), FlowExample.first(client, "lobby", 3).get(10, TimeUnit.SECONDS));
    }

    private static void await(ResumeExample reader, int events) {
        eventually(() -> "only " + reader.texts(), () -> reader.texts().size() >= events);
    }
}
