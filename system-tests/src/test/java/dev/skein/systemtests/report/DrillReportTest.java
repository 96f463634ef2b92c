package dev.skein.systemtests.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.Receipt;
import dev.skein.systemtests.check.Promise;
import dev.skein.systemtests.check.Verdict;
import dev.skein.systemtests.drill.DrillPlan;
import dev.skein.systemtests.drill.DrillRun;
import dev.skein.systemtests.drill.OutageMode;
import dev.skein.systemtests.drill.Round;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrillReportTest {

    private static final long MILLI = 1_000_000;
    private static final Verdict KEPT = new Verdict(Promise.ACKED_NOT_LOST, 5, "messages", 0, List.of());

    @TempDir
    private Path folder;

    private final History history = new History();
    private final int channel = history.channel("default:drill.probe/0");
    private final int probe = history.addClient(new Client("probe", "eu"));

    @Test
    void isCleanWhenEverythingWasKept() {
        receiptsAt(900, 2_900, 3_000);

        assertTrue(report(List.of(), KEPT).isClean());
    }

    @Test
    void aGapBeyondTheBoundBreaksAPromise() {
        receiptsAt(900, 4_000);

        DrillReport report = report(List.of(), KEPT);
        assertFalse(report.isClean());
        assertEquals(1, report.violations(Promise.BOUNDED_OUTAGE));
        assertTrue(VerdictTable.of(report).contains("3100 ms (expected: at most 3000)"));
    }

    @Test
    void aRunWithoutMeasurementsIsNotClean() {
        assertFalse(report(List.of(), KEPT).isClean());
    }

    @Test
    void whatCouldNotBeReadIsNotProved() {
        receiptsAt(900, 2_900, 3_000);

        DrillReport report = report(List.of("the replica of default/0 on us-a can't be read: down"), KEPT);
        assertFalse(report.isClean());
        assertTrue(VerdictTable.of(report).contains("can't be read"));
    }

    @Test
    void countsByWhatAUserWouldSee() {
        Map<String, Object> json = report(
                        List.of(),
                        new Verdict(Promise.ACKED_NOT_LOST, 9, "messages", 1, List.of("one")),
                        new Verdict(Promise.AT_MOST_ONCE, 9, "messages", 2, List.of("one")),
                        new Verdict(Promise.SUBSCRIBER_ORDER, 9, "deliveries", 3, List.of("one")),
                        new Verdict(Promise.PUBLISHER_ORDER, 9, "messages", 4, List.of("one")),
                        new Verdict(Promise.SUBSCRIBER_COMPLETE, 9, "subscriptions", 5, List.of("one")))
                .toJson();

        assertEquals(
                List.of(1L, 2L, 7L, 5L),
                List.of(json.get("lost"), json.get("duplicated"), json.get("reordered"), json.get("gaps")));
    }

    @Test
    void drawsAPictureOfEveryRegion() throws IOException {
        receiptsAt(900, 2_900, 3_000);
        Path picture = folder.resolve("picture.svg");

        TimelinePicture.write(report(List.of(), KEPT), picture);

        String svg = Files.readString(picture);
        for (String region : List.of("us", "eu", "ap")) {
            assertTrue(svg.contains(">" + region + "</text>"), region);
        }
    }

    private void receiptsAt(long... millis) {
        for (long at : millis) {
            int id = history.invoked(probe, channel, at * MILLI);
            history.acknowledged(id, new Receipt(1, id + 1, id + 1, Instant.EPOCH, false), at * MILLI);
        }
    }

    private DrillReport report(List<String> problems, Verdict... verdicts) {
        Round round = new Round(1, "us", 2, 4, Set.of(channel), 1_000 * MILLI, 0, 5_000 * MILLI, 8_000 * MILLI);
        DrillRun run =
                new DrillRun(plan(), history, List.of(round), problems, Map.of(), Map.of(), Map.of(), 0, 9_000 * MILLI);
        return DrillReport.of(run, List.of(verdicts));
    }

    private DrillPlan plan() {
        return new DrillPlan(
                Optional.empty(),
                0,
                0,
                OutageMode.KILL,
                "global",
                1,
                Duration.ofSeconds(4),
                Duration.ZERO,
                List.of("us", "eu", "ap"),
                1,
                6,
                1,
                folder.resolve("run"),
                false,
                "",
                Duration.ZERO,
                Duration.ofSeconds(1),
                new DrillPlan.Bounds(3_000, 5_000));
    }
}
