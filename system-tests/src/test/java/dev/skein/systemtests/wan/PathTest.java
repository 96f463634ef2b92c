package dev.skein.systemtests.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PathTest {

    private static final long MILLI = 1_000_000;

    @Test
    void addsTheDelay() {
        Path path = path(new PathSettings(40 * MILLI, 0, 0, 0, 0, 0));
        assertEquals(140 * MILLI, path.arrivalNanos(100 * MILLI, 1_000));
    }

    @Test
    void keepsUniformJitterWithinItsPart() {
        Path path = path(new PathSettings(100 * MILLI, 0.02, 0, 0, 0, 0));
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 1_000; i++) {
            long arrival = path.arrivalNanos(0, 100);
            least = Math.min(least, arrival);
            most = Math.max(most, arrival);
        }
        assertTrue(least >= 100 * MILLI && most <= 102 * MILLI, least + " to " + most);
        assertTrue(most - least > MILLI, "no jitter: " + least + " to " + most);
    }

    @Test
    void sendsNoFasterThanItsRate() {
        Path path = path(new PathSettings(0, 0, 0, 0, 0, 1_000_000));
        assertEquals(500 * MILLI, path.arrivalNanos(0, 500_000));
        assertEquals(1_000 * MILLI, path.arrivalNanos(0, 500_000));
        assertEquals(5_000 * MILLI, path.arrivalNanos(4_500 * MILLI, 500_000));
    }

    @Test
    void losesItsShareOfPacketsInBursts() {
        Path path = path(new PathSettings(10 * MILLI, 0, 0, 0, 0.05, 0));
        int packets = 200_000;
        int lost = 0;
        int bursts = 0;
        boolean before = false;
        for (int i = 0; i < packets; i++) {
            boolean now = path.arrivalNanos(0, 1_000) > 10 * MILLI;
            lost += now ? 1 : 0;
            bursts += now && !before ? 1 : 0;
            before = now;
        }
        assertEquals(0.05, (double) lost / packets, 0.005);
        assertEquals(4, (double) lost / bursts, 0.4);
    }

    @Test
    void stallsAtLeastARetransmissionTimeoutForALoss() {
        Path path = path(new PathSettings(10 * MILLI, 0, 0, 0, 0.5, 0));
        for (int i = 0; i < 1_000; i++) {
            long extra = path.arrivalNanos(0, 1_000) - 10 * MILLI;
            assertTrue(extra == 0 || extra >= 220 * MILLI, "stalled " + extra + " ns");
        }
        assertTrue(path.report().stalls() > 300, "few stalls: " + path.report());
    }

    private static Path path(PathSettings settings) {
        Place from = new Place("us-a", PlaceKind.NODE, "us", "a", List.of(), 0);
        Place to = new Place("eu-a", PlaceKind.NODE, "eu", "a", List.of(), 0);
        return new Path(from, to, settings, new Random(7));
    }
}
