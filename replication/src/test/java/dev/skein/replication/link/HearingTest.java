package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class HearingTest {

    private final Hearing peer = new Hearing(0);
    private final Hearing third = new Hearing(0);

    @Test
    void aPeerThatSaysNothingOfAThirdNodeHearsIt() {
        assertFalse(peer.saysItHears("c", third, 0), "it hasn't said anything yet");
        peer.said(1, List.of());
        assertTrue(peer.saysItHears("c", third, 2));
        peer.said(3, List.of("c"));
        assertFalse(peer.saysItHears("c", third, 4));
    }

    @Test
    void ofANodeThatIsSilentHereThePeersWordCountsOnlyWhenItIsNewer() {
        third.heard(millis(1_000));
        peer.said(millis(2_400), List.of());
        assertTrue(peer.saysItHears("c", third, millis(2_400)), "not lost here yet");
        assertTrue(third.isLost(millis(2_600)));
        assertFalse(peer.saysItHears("c", third, millis(2_600)), "the peer may just not have noticed");
        peer.said(millis(2_600), List.of());
        assertTrue(peer.saysItHears("c", third, millis(2_600)));
    }

    @Test
    void whatIsUnheardIsSaidBeforeItIsLost() {
        third.heard(millis(1_000));
        assertFalse(third.isUnheard(millis(2_000)));
        assertTrue(third.isUnheard(millis(2_200)));
        assertFalse(third.isLost(millis(2_200)));
        assertTrue(third.isLost(millis(2_600)));
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }
}
