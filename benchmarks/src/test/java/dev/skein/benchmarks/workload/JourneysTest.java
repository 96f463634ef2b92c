package dev.skein.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JourneysTest {

    private static final long MILLI = 1_000_000;
    private static final long START = 5_000 * MILLI;

    private final Journeys journeys = new Journeys(START, MILLI, 100);

    @Test
    void takesAcknowledgementAndWayFromTheTimeOfDelivery() {
        journeys.answered(START + MILLI, START + 31 * MILLI);
        journeys.delivered(START + MILLI, START + 48 * MILLI);
        assertArrayEquals(new double[] {2}, journeys.deliveryBeyond(15 * MILLI), 1e-9);
    }

    @Test
    void aDeliveryThatOvertakesTheAnswerCountsBelowZero() {
        journeys.delivered(START, START + 40 * MILLI);
        journeys.answered(START, START + 30 * MILLI);
        assertArrayEquals(new double[] {-5}, journeys.deliveryBeyond(15 * MILLI), 1e-9);
    }

    @Test
    void leavesOutWhatIsNotBothAnsweredAndDeliveredAndWhatIsOutsideTheRun() {
        journeys.answered(START + 2 * MILLI, START + 30 * MILLI);
        journeys.delivered(START + 3 * MILLI, START + 30 * MILLI);
        for (long outside : new long[] {START - MILLI, START + 100 * MILLI}) {
            journeys.answered(outside, START + 30 * MILLI);
            journeys.delivered(outside, START + 30 * MILLI);
        }
        assertEquals(0, journeys.deliveryBeyond(0).length);
        assertTrue(Double.isNaN(Journeys.percentile(new double[0], 0.5)));
    }

    @Test
    void percentilesAreByNearestRank() {
        double[] sorted = IntStream.rangeClosed(1, 200).asDoubleStream().toArray();
        assertEquals(100, Journeys.percentile(sorted, 0.5));
        assertEquals(198, Journeys.percentile(sorted, 0.99));
        assertEquals(200, Journeys.percentile(sorted, 1));
        assertEquals(1, Journeys.percentile(sorted, 0));
    }
}
