package dev.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.NodeId;
import dev.skein.proto.admin.v1.FsyncMode;
import dev.skein.proto.admin.v1.NamespaceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkeinConfigTest {

    @Test
    void readsAGoodFile() {
        SkeinConfig config = SkeinConfig.parse(ConfigText.GOOD, "test.yaml");

        assertEquals(List.of("us", "eu", "ap"), config.cluster().regions());
        assertEquals(3, config.cluster().nodes().size());
        assertEquals(Duration.ofMillis(650), config.cluster().timing().region().timeout());
        assertEquals(new NodeId("us-a"), config.node().self().id());
        assertEquals("127.0.0.1:7101", config.node().self().peer());
        assertTrue(config.node().founding());
        assertTrue(config.node().dataDirectory().isAbsolute());
        assertTrue(config.node().metrics().isEmpty());
    }

    @Test
    void fillsANamespacesDefaults() {
        NamespaceConfig chat = SkeinConfig.parse(ConfigText.GOOD, "test.yaml")
                .cluster()
                .namespaces()
                .get(1);

        assertEquals(24, chat.shards());
        assertEquals(NamespaceConfig.Goal.REGION, chat.survivalGoal());
        assertEquals("us", chat.homeRegion());
        NamespaceSpec spec = chat.toSpec();
        assertEquals(FsyncMode.FSYNC_MODE_INTERVAL, spec.getFsync());
        assertEquals(Duration.ofDays(7).toMillis(), spec.getRetention().getAgeMs());
        assertEquals(64L << 20, spec.getRetention().getBytesPerChannel());
        assertEquals(1_000, spec.getRetention().getMessagesPerChannel());
        assertEquals(10_000, spec.getDedupWindowMs());
        assertEquals(64 << 10, spec.getMessageBytesMax());
    }

    @Test
    void aClusterWithoutNamespacesGetsTheDefaultOne() {
        String text = ConfigText.GOOD.replaceAll("(?s)  namespaces:.*node:", "node:");

        List<NamespaceConfig> namespaces =
                SkeinConfig.parse(text, "test.yaml").cluster().namespaces();

        assertEquals(1, namespaces.size());
        assertEquals("default", namespaces.get(0).name());
    }

    @Test
    void anEmptyListOfNamespacesStaysEmpty() {
        String text = ConfigText.GOOD.replaceAll("(?s)  namespaces:.*node:", "  namespaces: []\nnode:");

        assertEquals(List.of(), SkeinConfig.parse(text, "test.yaml").cluster().namespaces());
    }

    @Test
    void aJoiningNodeNamesItsOwnPlace() {
        String text = ConfigText.with(
                "  id: us-a\n",
                "  id: us-b\n  region: us\n  zone: b\n  peer: \"127.0.0.1:7111\"\n  client: \"127.0.0.1:7211\"\n");

        NodeConfig node = SkeinConfig.parse(text, "test.yaml").node();

        assertFalse(node.founding());
        assertEquals("b", node.self().zone());
    }

    @Test
    void aJoiningNodeWithoutAPlaceIsToldWhatIsMissing() {
        List<String> problems = problemsOf(ConfigText.with("  id: us-a\n", "  id: us-b\n"));

        assertEquals(4, problems.size(), problems::toString);
        assertEquals(
                "node.region: missing (expected: one of us, eu, ap, because us-b is not in cluster.nodes)",
                problems.get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name: demo | nam: demo | cluster.nam: unknown key",
                "name: demo | name: 7 | cluster.name: 7 (expected: 1 to 32 lower-case letters",
                "name: demo | name: Demo | cluster.name: Demo (expected: 1 to 32 lower-case letters",
                "timing: global | timing: lunar | cluster.timing: lunar (expected: one of lan, close, atlantic, global)",
                "timing: global | timing: {regionElectionTimeout: 5} | cluster.timing.regionElectionTimeout: 5 (expected: a duration",
                "[us, eu, ap] | [us, eu, us] | cluster.regions[2]: us (expected: each region once)",
                "[us, eu, ap] | us | cluster.regions: us (expected: a list of texts)",
                "127.0.0.1:7103 | 127.0.0.1 | cluster.nodes[2].peer: 127.0.0.1 (expected: host:port with a port from 1 to 65535)",
                "127.0.0.1:7103 | 127.0.0.1:70000 | cluster.nodes[2].peer: 127.0.0.1:70000 (expected: host:port",
                "127.0.0.1:7103 | 127.0.0.1:7201 | cluster.nodes[2].peer: 127.0.0.1:7201 (expected: each once, also at cluster.nodes[0].client)",
                "id: ap-a, region: ap | id: eu-a, region: ap | cluster.nodes[2].id: eu-a (expected: each once, also at cluster.nodes[1].id)",
                "id: ap-a, region: ap | id: ap-a, region: sa | cluster.nodes[2].region: sa (expected: one of us, eu, ap)",
                "id: ap-a, region: ap, zone: a | id: ap-a, region: ap | cluster.nodes[2].zone: missing",
                "zone: a, peer: \"127.0.0.1:7103\" | zone: 1, peer: \"127.0.0.1:7103\" | cluster.nodes[2].zone: 1 (expected: 1 to 32 lower-case letters, digits or '-', as text: put it in quotes)",
                "shards: 24 | shards: 0 | cluster.namespaces[0].shards: 0 (expected: a whole number, 1 to 1024)",
                "shards: 24 | shards: many | cluster.namespaces[0].shards: many (expected: a whole number",
                "survivalGoal: REGION | survivalGoal: PLANET | cluster.namespaces[0].survivalGoal: PLANET (expected: one of zone, region)",
                "survivalGoal: REGION | survivalGoal: ZONE, voters: 5 | cluster.namespaces[0].voters: 5 (expected: 3 for survival goal ZONE)",
                "homeRegion: us | homeRegion: mars | cluster.namespaces[0].homeRegion: mars (expected: one of us, eu, ap)",
                "name: chat | name: default | cluster.namespaces[1].name: default (expected: each once",
                "name: chat | name: control | cluster.namespaces[1].name: control",
                "age: 7d | age: 7w | cluster.namespaces[1].retention.age: 7w (expected: a duration such as",
                "bytes: 64MiB | bytes: 64MB | cluster.namespaces[1].retention.bytes: 64MB (expected: a size such as",
                "bytes: 64MiB | size: 64MiB | cluster.namespaces[1].retention.size: unknown key (expected: one of age, bytes, messages)",
                "messageSizeMax: 64KiB | messageSizeMax: 1MiB | cluster.namespaces[1].messageSizeMax: 1MiB (expected: 1B to 512KiB)",
                "fsync: interval | fsync: never | cluster.namespaces[1].fsync: never (expected: one of always, interval)",
                "transport: plaintext | transport: tls | node.tls: missing (expected: certificate, key and trust, PEM files",
                "transport: plaintext | sessionsMax: 5 | node.tls: missing (expected: certificate, key and trust, PEM files",
                "transport: plaintext | transport: ssl | node.transport: ssl (expected: one of tls, plaintext)",
                "transport: plaintext | tls: {key: a, trust: b} | node.tls.certificate: missing (expected: a PEM file)",
                "transport: plaintext | tls: {keys: a} | node.tls.keys: unknown key (expected: one of certificate, key, trust,",
                "transport: plaintext | tls: {clientCertificates: none} | node.tls.clientCertificates: none (expected: one of optional, required)",
                "transport: plaintext | tls: {reload: 1ms} | node.tls.reload: 1ms (expected: 100ms to 1d)",
                "127.0.0.1:7101 | 10.0.1.1:7101 | node.transport: plaintext (expected: tls with node.tls, because 10.0.1.1:7101 is not a loopback address)",
                "127.0.0.1:7203 | localhost:7203 | node.transport: plaintext (expected: tls with node.tls, because localhost:7203 is not a loopback address)",
                "127.0.0.1:7201 | 0.0.0.0:7201 | node.transport: plaintext (expected: tls with node.tls, because 0.0.0.0:7201 is not",
                "transport: plaintext | diskStall: 1ms | node.diskStall: 1ms (expected: 100ms to 10s)",
                "transport: plaintext | diskStallEnd: 500ms | node.diskStallEnd: 500ms (expected: more than diskStall, or 0s)",
                "transport: plaintext | diskFreeMin: 1KiB | node.diskFreeMin: 1KiB (expected: 1MiB to 1TiB)",
                "dataDirectory: data/us-a | directory: x | node.dataDirectory: missing (expected: a directory)",
            })
    void namesWhatIsWrong(String part, String replacement, String expected) {
        List<String> problems = problemsOf(ConfigText.with(part, replacement));

        assertTrue(problems.stream().anyMatch(line -> line.startsWith(expected)), problems::toString);
    }

    @Test
    void plaintextNeedsNoCertificates() {
        String both = "transport: plaintext\n  tls: {certificate: a, key: b, trust: c}";

        assertEquals(
                List.of("node.tls: present (expected: missing, because node.transport is plaintext)"),
                problemsOf(ConfigText.with("transport: plaintext", both)));
    }

    @Test
    void anyAddressMayBeUsedWithTls() {
        String text = ConfigText.with("transport: plaintext", "tls: {certificate: a, key: b, trust: c}")
                .replace("127.0.0.1:7101", "10.0.1.1:7101");

        TransportConfig.Tls tls = (TransportConfig.Tls)
                SkeinConfig.parse(text, "test.yaml").node().transport();

        assertTrue(tls.files().key().isAbsolute());
        assertEquals(TransportConfig.ClientCertificates.OPTIONAL, tls.clientCertificates());
        assertEquals(TransportConfig.RELOAD_DEFAULT, tls.reload());
    }

    @Test
    void aFoundingNodeMustNotContradictTheClusterPart() {
        List<String> problems = problemsOf(ConfigText.with("  id: us-a\n", "  id: us-a\n  zone: b\n"));

        assertEquals(List.of("node.zone: b (expected: a, as in cluster.nodes)"), problems);
    }

    @Test
    void aGoalOfARegionNeedsThreeRegionsWithNodes() {
        String text = ConfigText.GOOD.replaceAll("    - \\{id: ap-a.*\n", "");

        assertTrue(problemsOf(text)
                .contains("cluster.namespaces[0].survivalGoal: region"
                        + " (expected: nodes in at least 3 regions, have 2)"));
    }

    @Test
    void tellsAllProblemsAtOnce() {
        String text = ConfigText.with("name: demo", "name: Demo")
                .replace("shards: 24", "shards: -1")
                .replace("dataDirectory", "dataDir");

        assertEquals(4, problemsOf(text).size());
    }

    @Test
    void namesThePlaceOfBadYaml() {
        List<String> problems = problemsOf("cluster:\n  name: demo\n  regions: [us\nnode: {}\n");

        assertEquals(1, problems.size());
        assertTrue(problems.get(0).startsWith("test.yaml:4:"), problems::toString);
    }

    @Test
    void refusesAKeyThatStandsTwice() {
        List<String> problems = problemsOf(ConfigText.with("  name: demo\n", "  name: demo\n  name: other\n"));

        assertTrue(problems.get(0).startsWith("test.yaml:3:"), problems::toString);
        assertTrue(problems.get(0).contains("name"), problems::toString);
    }

    @Test
    void anEmptyFileMissesBothParts() {
        List<String> problems = problemsOf("{}");

        assertTrue(problems.contains("cluster: missing (expected: a mapping)"), problems::toString);
        assertTrue(problems.contains("node: missing (expected: a mapping)"), problems::toString);
    }

    @Test
    void aTextInPlaceOfAMappingIsNamed() {
        assertTrue(problemsOf("hello").contains("file: hello (expected: a mapping)"));
    }

    @Test
    void limitsHowMuchItTells() {
        StringBuilder text = new StringBuilder(ConfigText.GOOD);
        for (int i = 0; i < 100; i++) {
            text.append("unknown").append(i).append(": 1\n");
        }

        List<String> problems = problemsOf(text.toString());

        assertEquals(51, problems.size());
        assertEquals("and 50 more", problems.get(50));
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path directory) {
        Path file = directory.resolve("absent.yaml");

        ConfigException refused = assertThrows(ConfigException.class, () -> SkeinConfig.read(file));

        assertEquals(List.of(file + ": no such file"), refused.problems());
    }

    @Test
    void aFileThatIsNoTextIsNamed(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        ConfigException refused = assertThrows(ConfigException.class, () -> SkeinConfig.read(file));

        assertEquals(List.of(file + ": not text in UTF-8"), refused.problems());
    }

    private static List<String> problemsOf(String text) {
        return assertThrows(ConfigException.class, () -> SkeinConfig.parse(text, "test.yaml"))
                .problems();
    }
}
