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

    private final ManualLoop loop = new ManualLoop();
    private final Turnstile turnstile = new Turnstile(loop);
    private final List<Integer> in = new ArrayList<>();

    @Test
    void whoComesAloneDoesNotWait() {
        for (int i = 0; i < 3; i++) {
            assertTrue(comes(i, 0));
            assertEquals(i + 1, in.size());
            loop.advance(Turnstile.TURN_MILLIS);
        }
    }

    @Test
    void manyComeInOneAfterTheOtherAtItsPace() {
        int many = 10 * Turnstile.AT_A_TURN;
        IntStream.range(0, many).forEach(i -> assertTrue(comes(i, 0)));
        for (int turn = 1; turn <= 10; turn++) {
            assertEquals(turn * Turnstile.AT_A_TURN, in.size());
            loop.advance(Turnstile.TURN_MILLIS);
        }
        assertEquals(IntStream.range(0, many).boxed().toList(), in);
    }

    @Test
    void nobodyPassesThoseThatWait() {
        IntStream.range(0, Turnstile.AT_A_TURN + 1).forEach(i -> comes(i, 0));
        loop.advance(Turnstile.TURN_MILLIS - 1);
        comes(99, 0);
        loop.advance(1);
        assertEquals(List.of(Turnstile.AT_A_TURN, 99), in.subList(Turnstile.AT_A_TURN, in.size()));
    }

    @Test
    void whenTooManyWaitTheNextIsRefusedUntilThereIsRoom() {
        for (int i = 0; i < Turnstile.AT_A_TURN + EdgeLimits.NEWCOMERS_MAX; i++) {
            assertTrue(comes(i, 0));
        }
        assertFalse(comes(-1, 0));
        loop.advance(Turnstile.TURN_MILLIS);
        assertTrue(comes(-2, 0));
        loop.advance((EdgeLimits.NEWCOMERS_MAX / Turnstile.AT_A_TURN + 1) * Turnstile.TURN_MILLIS);
        assertFalse(in.contains(-1));
        assertEquals(-2, in.get(in.size() - 1));
    }

    @Test
    void whatThoseThatWaitHoldIsLimited() {
        IntStream.range(0, Turnstile.AT_A_TURN).forEach(i -> comes(i, 1 << 20));
        assertTrue(comes(4, EdgeLimits.NEWCOMERS_BYTES_MAX));
        assertFalse(comes(5, 1));
        loop.advance(Turnstile.TURN_MILLIS);
        assertTrue(comes(6, 1));
        assertEquals(List.of(0, 1, 2, 3, 4, 6), in);
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
