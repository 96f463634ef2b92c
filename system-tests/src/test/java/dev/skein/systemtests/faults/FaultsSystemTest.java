package dev.skein.systemtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The conductor is green on a whole product and red on a broken one. Bounds on time are wide open here: they belong to quiet machines. */
class FaultsSystemTest {

    @TempDir
    private Path folder;

    @Test
    void everyPromiseIsKeptUnderFaultsThatOverlap() throws Exception {
        Path ledger = folder.resolve("ledger.md");

        int exit = faults("--scenario=kill-node,partition", "--seed=1", "--ledger=" + ledger);

        JsonNode report = report();
        assertEquals(0, exit, report.toPrettyString());
        assertEquals(2, report.get("rounds").asInt());
        assertTrue(report.get("overlapping").asDouble() >= 0.3, report.toString());
        assertTrue(report.get("acked").asInt() > 1_000, report.toString());
        assertTrue(Files.readString(ledger).contains("| runs | 1 |"));
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("report.svg").toFile());
    }

    @Test
    void findsResumesThatSkipAMessage() throws IOException {
        int exit = faults("--scenario=reconnects", "--seed=2", "--mutation=resume-off-by-one", "--patience-seconds=5");

        assertEquals(1, exit);
        assertTrue(broken().contains("C9 RESUME_EXACT"), () -> broken().toString());
    }

    @Test
    void refusesWhatItCannotDoWithoutStartingAnything() {
        assertEquals(2, faults("--scenario=flood"));
        assertEquals(2, faults("--regions=us,eu"));
        assertFalse(Files.exists(folder.resolve("run")));
    }

    private int faults(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--data=" + folder.resolve("run"),
                "--json=" + folder.resolve("report.json"),
                "--rounds=2",
                "--recovery-max-ms=60000",
                "--standstill-max-ms=60000"));
        arguments.addAll(List.of(more));
        return FaultsMain.commandLine().execute(arguments.toArray(String[]::new));
    }

    private JsonNode report() {
        try {
            return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Set<String> broken() {
        Set<String> broken = new TreeSet<>();
        for (JsonNode verdict : report().get("verdicts")) {
            if (verdict.get("result").asText().equals("BROKEN")) {
                broken.add(verdict.get("rule").asText() + " "
                        + verdict.get("promise").asText());
            }
        }
        return broken;
    }
}
