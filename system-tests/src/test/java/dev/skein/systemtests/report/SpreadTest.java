package dev.skein.systemtests.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void takesTheNearestRank() {
        List<Double> samples =
                IntStream.rangeClosed(1, 200).mapToObj(i -> (double) (201 - i)).toList();

        assertEquals(new Spread(200, 100, 198, 200), Spread.of(samples));
    }

    @Test
    void ofOneSampleIsThatSample() {
        assertEquals(new Spread(1, 7, 7, 7), Spread.of(List.of(7.0)));
    }

    @Test
    void ofNothingSaysSo() {
        assertEquals(new Spread(0, 0, 0, 0), Spread.of(List.of()));
    }
}
