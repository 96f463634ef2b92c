package dev.skein.server.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.server.loopback.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who comes in when, on a clock that the test turns. */
class TurnstileTest {

    private static final int A_TURN = (int) (Turnstile.TURN_MILLIS * 1_000_000L / Turnstile.PACE_NANOS);

    private final ManualLoop loop = new ManualLoop();
    private final Turnstile turnstile = new Turnstile(loop, loop);
    private final List<Integer> in = new ArrayList<>();

    @Test
    void aFewComeInTogether() {
        comeAll(0, Turnstile.AT_ONCE_MAX);
        assertEquals(Turnstile.AT_ONCE_MAX, in.size());
    }

    @Test
    void manyComeInOneAfterTheOtherAtItsPace() {
        int many = Turnstile.AT_ONCE_MAX + 10 * A_TURN;
        comeAll(0, many);
        for (int turn = 0; turn <= 10; turn++) {
            assertEquals(Turnstile.AT_ONCE_MAX + turn * A_TURN, in.size());
            loop.advance(Turnstile.TURN_MILLIS);
        }
        assertEquals(IntStream.range(0, many).boxed().toList(), in);
    }

    @Test
    void nobodyPassesThoseThatWait() {
        comeAll(0, Turnstile.AT_ONCE_MAX + 2 * A_TURN);
        loop.advance(Turnstile.TURN_MILLIS - 1);
        comes(99_999, 0);
        assertFalse(in.contains(99_999));
        loop.advance(3 * Turnstile.TURN_MILLIS);
        assertEquals(99_999, in.get(in.size() - 1));
    }

    @Test
    void afterAPauseAFewComeInTogetherAgain() {
        comeAll(0, Turnstile.AT_ONCE_MAX);
        loop.advance(10 * Turnstile.AT_ONCE_MAX);
        comeAll(1_000, 2 * Turnstile.AT_ONCE_MAX);
        assertEquals(2 * Turnstile.AT_ONCE_MAX, in.size());
    }

    @Test
    void whenTooManyWaitTheNextIsRefusedUntilThereIsRoom() {
        comeAll(0, Turnstile.AT_ONCE_MAX + EdgeLimits.NEWCOMERS_MAX);
        assertFalse(comes(-1, 0));
        loop.advance(Turnstile.TURN_MILLIS);
        assertTrue(comes(-2, 0));
        loop.advance(2 * EdgeLimits.NEWCOMERS_MAX);
        assertFalse(in.contains(-1));
        assertEquals(-2, in.get(in.size() - 1));
    }

    @Test
    void whatThoseThatWaitHoldIsLimited() {
        comeAll(0, Turnstile.AT_ONCE_MAX);
        assertTrue(comes(1_000, EdgeLimits.NEWCOMERS_BYTES_MAX));
        assertFalse(comes(1_001, 1));
        loop.advance(Turnstile.TURN_MILLIS);
        assertTrue(comes(1_002, 1));
        assertEquals(List.of(1_000, 1_002), in.subList(Turnstile.AT_ONCE_MAX, in.size()));
    }

    private void comeAll(int first, int count) {
        IntStream.range(first, first + count).forEach(number -> assertTrue(comes(number, 0)));
    }

    @Test
    void whoComesInMayBringAnother() {
        turnstile.pass(0, () -> comes(1, 0));
        assertEquals(List.of(1), in);
    }

    private boolean comes(int number, int bytes) {
        return turnstile.pass(bytes, () -> in.add(number));
    }
}
