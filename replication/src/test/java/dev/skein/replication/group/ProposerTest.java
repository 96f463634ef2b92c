package dev.skein.replication.group;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.ByteBudget;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProposerTest {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Proposer proposer = new Proposer(
            () -> {
                throw new AssertionError("nothing is proposed here");
            },
            new LogClock(TimeSource.system()),
            TimeSource.system(),
            ByteBudget.ofHeap(),
            timer,
            () -> 0);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** The word that an election is over may come when the next one was won. */
    @Test
    void onlyTheTermThatEndedIsClosed() {
        proposer.open(5);
        proposer.close(4, Error.getDefaultInstance());
        assertTrue(proposer.isOpen());
        proposer.close(5, Error.getDefaultInstance());
        assertFalse(proposer.isOpen());
        proposer.close(0, Error.getDefaultInstance());
        proposer.open(6);
        assertTrue(proposer.isOpen());
    }
}
