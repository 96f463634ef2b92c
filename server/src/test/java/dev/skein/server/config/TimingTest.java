package dev.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimingTest {

    /** The rules of thumb: a lost segment (heartbeat + RTT + 200 ms) causes no election, nor does jitter (2.5 x RTT). */
    @ParameterizedTest
    @CsvSource({"LAN, 2", "CLOSE, 31", "ATLANTIC, 135", "GLOBAL, 215"})
    void presetsFitTheirDistances(Timing.Preset preset, long rttMillis) {
        Timing timing = preset.timing;
        long timeout = timing.region().timeout().toMillis();

        assertTrue(timeout >= timing.regionHeartbeat().toMillis() + rttMillis + 200);
        assertTrue(timeout >= 3 * rttMillis);
        assertTrue(timing.region().spread().toMillis() >= 150);
        assertTrue(timing.zone().timeout().compareTo(timing.region().timeout()) <= 0);
    }

    @ParameterizedTest
    @CsvSource({"timing: {preset: atlantic},650", "'timing: {regionElectionTimeout: 2s}',2000"})
    void valuesOverrideAPreset(String timing, long millis) {
        Timing read = SkeinConfig.parse(ConfigText.with("timing: global", timing), "test.yaml")
                .cluster()
                .timing();

        assertEquals(millis, read.region().timeout().toMillis());
    }
}
