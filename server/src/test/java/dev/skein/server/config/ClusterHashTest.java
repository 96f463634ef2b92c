package dev.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterHashTest {

    @Test
    void isTheSameHoweverTheSameThingIsWritten() {
        String other = ConfigText.with("dedupWindow: 10s", "dedupWindow: 10000ms")
                .replace("messageSizeMax: 64KiB", "messageSizeMax: 65536B")
                .replace("timing: global", "timing: {preset: global}")
                .replace("survivalGoal: REGION", "survivalGoal: region")
                .replace("shards: 24, ", "")
                .replace("cluster:\n", "# a comment\ncluster:\n");

        assertEquals(hash(ConfigText.GOOD), hash(other));
    }

    @Test
    void doesNotDependOnTheOrderOfNodesOrOnTheNodePart() {
        String first = "    - {id: us-a, region: us, zone: a, peer: \"127.0.0.1:7101\", client: \"127.0.0.1:7201\"}\n";
        String moved = ConfigText.with(first, "").replace("  namespaces:\n", first + "  namespaces:\n");
        String elsewhere = ConfigText.with("data/us-a", "/elsewhere").replace("  id: us-a\n", "  id: eu-a\n");

        assertEquals(hash(ConfigText.GOOD), hash(moved));
        assertEquals(hash(ConfigText.GOOD), hash(elsewhere));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: demo | name: other",
                "[us, eu, ap] | [eu, us, ap]",
                "timing: global | timing: atlantic",
                "127.0.0.1:7103 | 127.0.0.1:7104",
                "shards: 24 | shards: 25",
                "homeRegion: us | homeRegion: eu",
                "fsync: interval | fsync: always",
                "dedupWindow: 10s | dedupWindow: 11s",
            })
    void differsWhenTheMeaningDiffers(String part, String replacement) {
        assertNotEquals(hash(ConfigText.GOOD), hash(ConfigText.with(part, replacement)));
    }

    @Test
    void theClusterIdTellsClustersOfOneNameApart() {
        String id = SkeinConfig.parse(ConfigText.GOOD, "a").cluster().id();
        String other = SkeinConfig.parse(ConfigText.with("shards: 24", "shards: 25"), "b")
                .cluster()
                .id();

        assertTrue(id.startsWith("demo-"));
        assertNotEquals(id, other);
    }

    /** A change of the canonical form would keep old and new nodes apart. */
    @Test
    void theCanonicalFormStaysAsItIs() {
        String canonical =
                ClusterHash.canonical(SkeinConfig.parse(ConfigText.GOOD, "a").cluster());

        assertTrue(
                canonical.startsWith(
                        """
                skein cluster 1
                name demo
                region us
                region eu
                region ap
                timing 500 150 650 200 3
                node ap-a ap a 127.0.0.1:7103 127.0.0.1:7203
                """));
        assertTrue(canonical.contains("namespace chat 24 REGION us 0 INTERVAL 604800000 67108864 1000 10000 65536\n"));
    }

    private static String hash(String text) {
        return SkeinConfig.parse(text, "test.yaml").cluster().hash();
    }
}
