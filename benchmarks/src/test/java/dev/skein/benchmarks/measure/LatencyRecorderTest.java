package dev.skein.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LatencyRecorderTest {

    private static final long MILLI = 1_000_000;

    private final LatencyRecorder recorder = new LatencyRecorder();

    @Test
    void countsAMessageThatWasHeldUpFromItsIntendedTime() {
        recorder.open(0);
        // One a millisecond was intended; nothing could be sent for 100 ms, then all went at once.
        for (int i = 0; i < 100; i++) {
            recorder.record(i * MILLI, 100 * MILLI);
        }
        Latencies found = recorder.take();
        assertEquals(100, found.count());
        assertEquals(50, found.p50Ms(), 1.5);
        assertEquals(100, found.maxMs(), 0.2);
    }

    @Test
    void leavesOutWhatWasIntendedOutsideTheWindow() {
        recorder.record(5, 10);
        recorder.open(100);
        recorder.record(99, 200);
        recorder.record(100, 200);
        recorder.close(150);
        recorder.record(149, 500);
        recorder.record(150, 500);
        assertEquals(2, recorder.take().count());
    }

    @Test
    void forgetsWhatItHasTold() {
        recorder.open(0);
        recorder.record(1, 2);
        recorder.take();
        assertTrue(recorder.take().isEmpty());
    }
}
