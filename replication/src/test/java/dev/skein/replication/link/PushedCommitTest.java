package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.replication.link.PushedCommit.LogPoint;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PushedCommitTest {

    private final PushedCommit commit = new PushedCommit();

    @Test
    void aPushAheadOfTheDiskWaitsForIt() {
        assertEquals(Optional.empty(), commit.pushed(2, new LogPoint(10, 2)));
        assertEquals(Optional.of(new LogPoint(10, 2)), commit.stable(2, new LogPoint(10, 2)));
    }

    @Test
    void aPushForWhatIsOnDiskIsHandedOverAtOnce() {
        commit.stable(2, new LogPoint(12, 2));
        assertEquals(Optional.of(new LogPoint(10, 2)), commit.pushed(2, new LogPoint(10, 2)));
    }

    @Test
    void aPushProvesWhatIsOnDiskBeforeIt() {
        commit.pushed(2, new LogPoint(10, 2));
        assertEquals(Optional.of(new LogPoint(7, 1)), commit.stable(2, new LogPoint(7, 1)));
        assertEquals(Optional.of(new LogPoint(10, 2)), commit.stable(2, new LogPoint(11, 2)));
    }

    @Test
    void nothingIsHandedOverTwice() {
        commit.stable(2, new LogPoint(12, 2));
        commit.pushed(2, new LogPoint(10, 2));
        assertEquals(Optional.empty(), commit.pushed(2, new LogPoint(10, 2)));
        assertEquals(Optional.empty(), commit.pushed(2, new LogPoint(9, 2)));
        assertEquals(Optional.empty(), commit.stable(2, new LogPoint(13, 2)));
    }

    @Test
    void theDiskStateUnderAnEarlierLeaderProvesNothing() {
        commit.stable(2, new LogPoint(12, 2));
        assertEquals(Optional.empty(), commit.pushed(3, new LogPoint(10, 2)));
        assertEquals(Optional.of(new LogPoint(9, 2)), commit.stable(3, new LogPoint(9, 2)));
    }

    @Test
    void anHeirTakesOverOnceAndNotBeforeItHasEverything() {
        commit.heirAt(2, 12);
        assertFalse(commit.isHeir());
        commit.stable(2, new LogPoint(11, 2));
        assertFalse(commit.isHeir());
        commit.stable(2, new LogPoint(12, 2));
        assertTrue(commit.isHeir());
        assertFalse(commit.isHeir());
    }

    @Test
    void anEarlierLeadersWishIsForgotten() {
        commit.heirAt(2, 12);
        commit.stable(3, new LogPoint(12, 2));
        assertFalse(commit.isHeir());
        commit.heirAt(2, 12);
        assertFalse(commit.isHeir());
    }

    @Test
    void anEarlierLeadersPushIsIgnored() {
        commit.stable(3, new LogPoint(12, 3));
        assertEquals(Optional.empty(), commit.pushed(2, new LogPoint(11, 2)));
        assertEquals(Optional.empty(), commit.stable(2, new LogPoint(20, 2)));
    }
}
