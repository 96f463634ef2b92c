package dev.skein.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final String FSYNC = "fsync quorum";
    private static final String CACHE = "page cache";
    private static final Shape SHAPE = Shape.of(100, 12, 1_000);

    @Test
    void theMedianIsTakenOfEachFigureByItself() {
        Figures median = Figures.median(List.of(
                rate(10).with(Figure.P99_MS, 3), rate(30).with(Figure.P99_MS, 1), rate(20).with(Figure.P99_MS, 2)));
        assertEquals(20, median.get(Figure.MSGS_PER_SEC).orElseThrow());
        assertEquals(2, median.get(Figure.P99_MS).orElseThrow());
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        List<Figures> runs =
                DoubleStream.of(1, 2, 4, 100).mapToObj(ReportTest::rate).toList();
        assertEquals(3, Figures.median(runs).get(Figure.MSGS_PER_SEC).orElseThrow());
    }

    @Test
    void whatIsNoNumberIsLeftOut() {
        assertTrue(rate(1.0 / 0).get(Figure.MSGS_PER_SEC).isEmpty());
    }

    @Test
    void ratiosCompareOnlyTheSameExercise() {
        Row ours = row("throughput", "skein", FSYNC, SHAPE, rate(50));
        Row same = row("throughput", "kafka", CACHE, SHAPE, rate(100));
        Row otherShape = row("throughput", "kafka", CACHE, Shape.of(1_024, 12, 1_000), rate(100));
        Row otherWorkload = row("latency", "kafka", CACHE, SHAPE, rate(100));
        List<Ratio> ratios = Ratio.of(List.of(ours, same, otherShape, otherWorkload), "skein", FSYNC);
        assertEquals(1, ratios.size());
        assertEquals(0.5, ratios.get(0).values().get(Figure.MSGS_PER_SEC));
    }

    @Test
    void aWeakerDurabilityOfOursIsNeverHeldAgainstAStrongerOne() {
        Row weak = row("throughput", "skein", CACHE, SHAPE, rate(50));
        Row strong = row("throughput", "kafka", FSYNC, SHAPE, rate(10));
        assertTrue(Ratio.of(List.of(weak, strong), "skein", FSYNC).isEmpty());
    }

    @Test
    void aVariantIsHeldAgainstItsSystemAndNotTakenForAPeer() {
        Row plain = row("slow-disk", "skein", FSYNC, SHAPE, rate(100));
        Row slow = row("slow-disk", "skein-slow", FSYNC, SHAPE, rate(90));
        assertTrue(Ratio.of(List.of(plain, slow), "skein", FSYNC).isEmpty());
        List<Ratio> ratios = Ratio.within(List.of(plain, slow));
        assertEquals(1, ratios.size());
        assertEquals(0.9, ratios.get(0).values().get(Figure.MSGS_PER_SEC));
    }

    @Test
    void moreChannelsAreHeldAgainstTheFewestOfTheSameSystem() {
        Row few = row("channels", "skein", FSYNC, Shape.of(100, 12, 1_000), rate(100));
        Row more = row("channels", "skein", FSYNC, Shape.of(100, 12, 10_000), rate(95));
        Row most = row("channels", "skein", FSYNC, Shape.of(100, 12, 100_000), rate(80));
        Row otherShards = row("channels", "skein", FSYNC, Shape.of(100, 96, 1_000_000), rate(1));
        Row otherSystem = row("channels", "kafka", FSYNC, Shape.of(100, 12, 2_000), rate(1));
        List<Ratio> ratios = Ratio.within(List.of(few, more, most, otherShards, otherSystem));
        assertEquals(
                List.of(0.95, 0.8),
                ratios.stream()
                        .map(ratio -> ratio.values().get(Figure.MSGS_PER_SEC))
                        .toList());
        String table = ResultTable.of(new BenchReport(List.of(few, more, most), ratios, "a machine", "a command"));
        assertTrue(table.contains("100,000 channels against 1,000"), table);
    }

    @Test
    void processorTimeIsComparedAsTheSumOfServersAndClient() {
        Row ours = row("throughput", "skein", FSYNC, SHAPE, cpu(1, 3));
        Row theirs = row("throughput", "kafka", FSYNC, SHAPE, cpu(1, 1));
        Ratio ratio = Ratio.of(List.of(ours, theirs), "skein", FSYNC).get(0);
        assertEquals(2, ratio.values().get(Figure.SERVER_CPU));
        assertFalse(ratio.values().containsKey(Figure.CLIENT_CPU));
    }

    @Test
    void theJsonHasEveryAgreedNameInEveryRow(@TempDir Path folder) throws IOException {
        Row missing = Row.missing("throughput", "nats", "-", SHAPE, "not installed");
        Path file = folder.resolve("deeper").resolve("rows.json");
        new BenchReport(List.of(missing), List.of(), "a machine", "a command").writeJson(file);
        JsonNode row = new ObjectMapper().readTree(file.toFile()).get("rows").get(0);
        for (String name : List.of(
                "workload",
                "system",
                "durability",
                "payloadBytes",
                "shards",
                "channels",
                "msgsPerSec",
                "p50Ms",
                "p99Ms",
                "p999Ms",
                "serverCpuSecPerMillion",
                "clientCpuSecPerMillion",
                "rssMiB",
                "bytesWrittenPerPayloadByte")) {
            assertTrue(row.has(name), name);
        }
        assertTrue(row.get("msgsPerSec").isNull());
        assertEquals("not installed", row.get("note").asText());
    }

    @Test
    void theTableShowsWhatWasMeasuredAndWhyARowIsEmpty() {
        List<Row> rows = List.of(
                row("throughput", "skein", FSYNC, SHAPE, rate(12_345)),
                Row.missing("throughput", "nats", "-", SHAPE, "not installed"));
        String table = ResultTable.of(new BenchReport(rows, List.of(), "a machine", "a command"));
        assertTrue(table.contains("12,345"), table);
        assertTrue(table.contains("not installed"), table);
        assertFalse(table.contains("p99 ms"), table);
    }

    @Test
    void theChartScalesItsBarsToTheLargestOfTheSameExercise() {
        List<Row> rows = List.of(
                row("throughput", "skein", FSYNC, SHAPE, rate(50)),
                row("throughput", "kafka", CACHE, SHAPE, rate(100)));
        String chart = BarChart.draw(new BenchReport(rows, List.of(), "a <machine>", "a command"));
        assertTrue(chart.contains("width='260.0'"), chart);
        assertTrue(chart.contains("width='520.0'"), chart);
        assertTrue(chart.contains("a &lt;machine>"), chart);
    }

    private static Row row(String workload, String system, String durability, Shape shape, Figures figures) {
        return new Row(workload, system, durability, shape, 3, figures, "");
    }

    private static Figures rate(double perSecond) {
        return Figures.none().with(Figure.MSGS_PER_SEC, perSecond);
    }

    private static Figures cpu(double servers, double client) {
        return Figures.none().with(Figure.SERVER_CPU, servers).with(Figure.CLIENT_CPU, client);
    }
}
