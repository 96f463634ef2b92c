package dev.skein.systemtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.systemtests.rig.Need;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Power cuts of one node and of all, where disks can be made. Bounds on time are wide open: they belong to quiet machines. */
class PowerCutSystemTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void needsDisks() {
        Need.DISKS.missing().ifPresent(missing -> Assumptions.abort("power cuts can't be done here: " + missing));
    }

    @Test
    void everyPromiseIsKeptWhenOneNodeAndThenAllLoseTheirPower() throws Exception {
        int exit = FaultsMain.commandLine()
                .execute(
                        "--data=" + folder.resolve("run"),
                        "--json=" + folder.resolve("report.json"),
                        "--scenario=power-cut-node,power-cut-all",
                        "--seed=25",
                        "--rounds=2",
                        "--recovery-max-ms=60000",
                        "--standstill-max-ms=60000");

        JsonNode report =
                new ObjectMapper().readTree(folder.resolve("report.json").toFile());
        assertEquals(0, exit, report.toPrettyString());
        assertEquals(1, report.get("faults").get("power-cut-node").asInt());
        assertEquals(1, report.get("faults").get("power-cut-all").asInt());
        assertTrue(report.get("acked").asInt() > 1_000, report.toString());
    }
}
