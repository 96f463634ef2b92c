package dev.skein.systemtests.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drill is green on a whole product and red on a broken one. Bounds on time are wide open here: they belong to quiet machines. */
class DrillSystemTest {

    private static final String FIELDS =
            "acked lost duplicated reordered gaps unknownResolved publishGapMs deliveryGapMs reattachMs rounds wan mode seed";

    @TempDir
    private Path folder;

    @Test
    void everyPromiseIsKeptWhenTheBusiestHomeRegionIsKilled() throws Exception {
        assertEquals(0, drill("--messages", "2000", "--outage-mode", "kill", "--patience-seconds=60"));

        JsonNode report = report();
        for (String field : FIELDS.split(" ")) {
            assertTrue(report.has(field), field);
        }
        assertEquals(0, report.get("lost").asInt());
        assertTrue(report.get("acked").asInt() >= 2_000, report.toString());
        assertTrue(report.get("unknownResolved").asInt() > 0, report.toString());
        assertEquals("us", report.at("/roundDetails/0/lostRegion").asText());
        assertTrue(report.at("/publishGapMs/eu/samples").asInt() > 0, report.toString());
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("report.svg").toFile());
    }

    @Test
    void findsAcknowledgementsBeforeTheCommit() throws Exception {
        assertEquals(1, drillDefect("ack-before-commit", "--silence-ms=500"));

        assertTrue(broken().contains("G1 ACKED_NOT_LOST"), () -> broken().toString());
    }

    @Test
    void findsSnapshotsWithoutWhatRetriesNeed() throws Exception {
        assertEquals(1, drillDefect("snapshot-without-dedup"));

        // Whether a retry was asked to find its original, or a message came twice, depends on who was elected.
        assertTrue(broken().stream().anyMatch(verdict -> verdict.startsWith("G3 ")), () -> broken().toString());
    }

    @Test
    void refusesWhatItCannotDoWithoutStartingAnything() throws IOException {
        assertEquals(2, drill("--outage-mode", "flood"));
        assertEquals(2, drill("--regions", "us,eu"));
        assertEquals(2, drill("--input", folder.resolve("none.tsv").toString()));
        assertFalse(Files.exists(folder.resolve("run")));
    }

    // What a defect withholds never comes, so waiting for it is kept short.
    private int drillDefect(String defect, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--mutation=" + defect, "--patience-seconds=8"));
        arguments.addAll(List.of(more));
        return drill(arguments.toArray(String[]::new));
    }

    private int drill(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--data=" + folder.resolve("run"),
                "--report=" + folder.resolve("report.json"),
                "--wan=close",
                "--shards=8",
                "--rate=80",
                "--outage-seconds=5",
                "--publish-gap-max-ms=60000",
                "--reattach-max-ms=60000",
                "--seed=20260101"));
        arguments.addAll(List.of(more));
        return DrillMain.commandLine().execute(arguments.toArray(String[]::new));
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    }

    private Set<String> broken() {
        try {
            Set<String> broken = new TreeSet<>();
            for (JsonNode verdict : report().get("verdicts")) {
                if (verdict.get("result").asText().equals("BROKEN")) {
                    broken.add(verdict.get("guarantee").asText() + " "
                            + verdict.get("promise").asText());
                }
            }
            return broken;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
