package dev.skein.systemtests.cluster;

import static dev.skein.systemtests.cluster.ClusterRecipe.aCluster;
import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.admin.v1.NamespaceStatus;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(EvidenceOnFailure.class)
class RunningClusterIT {

    @TempDir
    private Path directory;

    private RunningCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = aCluster()
                .withRegions("us", "eu", "ap")
                .withSurvivalGoal("REGION")
                .withShards(2)
                .start(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void keepsALeaderOfEveryShardThroughTheLossOfTheHomeRegion() {
        eventually(() -> assertTrue(only().getGoalMet(), only().getGoalText()));
        cluster.crash(cluster.nodes("us"));
        eventually(() -> assertEquals(
                2,
                only().getShardStatusList().stream()
                        .filter(shard -> !shard.getLeader().isEmpty()
                                && !shard.getLeader().equals("us-a"))
                        .count()));
        cluster.start(cluster.nodes("us"));
        eventually(() -> assertEquals(2, only().getShardsLedAtHome()));
        eventually(() -> assertTrue(only().getGoalMet(), only().getGoalText()));
    }

    private NamespaceStatus only() {
        return cluster.status().getNamespaces(0);
    }
}
