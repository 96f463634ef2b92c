package dev.skein.systemtests.launch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OwnedProcessIT {

    @Test
    void seesItsProcessComeAndGo() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "600").start();
        OwnedProcess owned = OwnedProcess.of(sleeper.pid());
        assertTrue(owned.isAlive());
        OwnedProcess.signal("KILL", List.of(owned));
        assertTrue(owned.awaitExit(Duration.ofSeconds(10)));
        assertFalse(owned.isAlive());
    }

    @Test
    void leavesAProcessAloneThatTookItsNumberLater() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            OwnedProcess gone = new OwnedProcess(stranger.pid(), 1);
            assertFalse(gone.isAlive());
            OwnedProcess.signal("KILL", List.of(gone));
            assertFalse(stranger.waitFor(200, TimeUnit.MILLISECONDS));
        } finally {
            stranger.destroyForcibly();
        }
    }
}
