package dev.skein.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command end to end, at its smallest. The figures themselves are nobody's business here. */
class BenchSystemTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void measuresThroughputAndLatencyOfServersOfItsOwn() throws IOException {
        Path json = folder.resolve("rows.json");
        int exit = BenchMain.commandLine()
                .execute(
                        "--workload",
                        "throughput,latency",
                        "--quick",
                        "--durability",
                        "fsync",
                        "--shards",
                        "1",
                        "--channels",
                        "4",
                        "--rate",
                        "50",
                        "--seconds",
                        "1",
                        "--warmup",
                        "1",
                        "--repeat",
                        "1",
                        "--data",
                        folder.resolve("data").toString(),
                        "--json",
                        json.toString());
        assertEquals(0, exit);
        JsonNode rows = new ObjectMapper().readTree(json.toFile()).get("rows");
        assertEquals(List.of("throughput", "latency"), rows.findValuesAsText("workload"));
        for (JsonNode row : rows) {
            assertEquals("fsync quorum", row.get("durability").asText());
            assertTrue(row.get("msgsPerSec").asDouble() > 0, row::toString);
            assertTrue(row.get("p50Ms").asDouble() > 0, row::toString);
            assertEquals(0, row.get("failed").asDouble(), row::toString);
        }
        assertTrue(rows.get(1).get("deliveryP50Ms").asDouble() > 0, rows::toString);
        assertNothingIsLeftIn(folder.resolve("data"));
    }

    @Test
    void refusesAnUnknownWorkloadWithTheKnownOnes() {
        assertEquals(2, BenchMain.commandLine().execute("--workload", "magic"));
    }

    private static void assertNothingIsLeftIn(Path data) throws IOException {
        try (Stream<Path> left = Files.list(data)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
