package dev.skein.systemtests.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {

    @TempDir
    private Path data;

    @Test
    void namesOneNodeAZone() throws IOException {
        ClusterState state = assigned(ClusterPlan.of(List.of("us", "eu"), 2, "none", 4));
        assertEquals(
                List.of("us-a", "us-b", "eu-a", "eu-b"),
                state.nodes().stream().map(NodeRecord::id).toList());
    }

    @Test
    void givesEveryAddressItsOwnPort() throws IOException {
        ClusterState state = assigned(ClusterPlan.of(List.of("us", "eu", "ap"), 3, "none", 4));
        Stream<String> addresses = state.nodes().stream()
                .flatMap(node -> Stream.of(node.peer(), node.client(), node.metrics(), node.edge()));
        IntStream ports = IntStream.concat(
                addresses.mapToInt(it -> Integer.parseInt(it.substring(it.indexOf(':') + 1))),
                state.nodes().stream().mapToInt(NodeRecord::proxyPort));
        IntStream all =
                IntStream.concat(ports, state.clientProxies().values().stream().mapToInt(Integer::intValue));
        assertEquals(9 * 5 + 3, all.distinct().count());
    }

    @Test
    void writesTheSameClusterPartForEveryNode() throws IOException {
        ClusterDirectory directory = new ClusterDirectory(data);
        directory.create();
        ClusterPlan plan = ClusterPlan.of(List.of("us", "eu", "ap"), 1, "global", 6)
                .withLaunch(NodeLaunch.small().withNodeSettings(Map.of("snapshotEntries", 50)));
        Layout.write(assigned(plan), directory);
        JsonNode us = new YAMLMapper().readTree(directory.config("us-a").toFile());
        JsonNode ap = new YAMLMapper().readTree(directory.config("ap-a").toFile());
        assertEquals(us.get("cluster"), ap.get("cluster"));
        assertEquals("global", us.get("cluster").get("timing").asText());
        assertEquals(6, us.get("cluster").get("namespaces").get(0).get("shards").asInt());
        assertEquals("ap-a", ap.get("node").get("id").asText());
        assertEquals(50, ap.get("node").get("snapshotEntries").asInt());
    }

    @Test
    void keepsItsStateInAFile() throws IOException {
        ClusterDirectory directory = new ClusterDirectory(data);
        directory.create();
        ClusterState state = assigned(ClusterPlan.of(List.of("us"), 2, "none", 4));
        directory.write(state);
        assertEquals(state, directory.require());
        ClusterState changed = directory.update(now -> now.withNodes(List.of("us-b"), node -> node.withPaused(true)));
        assertEquals(changed, directory.require());
    }

    @Test
    void refusesAPlanThatMakesNoSense() {
        assertThrows(IllegalArgumentException.class, () -> ClusterPlan.of(List.of(), 1, "none", 4));
        assertThrows(IllegalArgumentException.class, () -> ClusterPlan.of(List.of("us", "us"), 1, "none", 4));
        assertThrows(IllegalArgumentException.class, () -> ClusterPlan.of(List.of("US"), 1, "none", 4));
        assertThrows(IllegalArgumentException.class, () -> ClusterPlan.of(List.of("us"), 0, "none", 4));
        assertThrows(IllegalArgumentException.class, () -> ClusterPlan.of(List.of("us"), 1, "fast", 4));
    }

    private static ClusterState assigned(ClusterPlan plan) throws IOException {
        return Layout.assign(plan, new Random(1));
    }
}
