package dev.skein.replication.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.ByteBudget;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.replication.PublishOutcome;
import dev.skein.wire.SectionView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProposerTest {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<Proposer.ProposedEntry> proposed = new ArrayList<>();
    private final Proposer proposer = new Proposer(
            () -> new Proposed(proposed),
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

    /** It would be told on the thread that applies. */
    @Test
    void whoThrowsWhenToldKeepsNobodyElseFromHearing() throws Exception {
        List<PublishOutcome> heard = new ArrayList<>();
        proposer.open(1);
        proposer.publish(
                section("throws"),
                outcome -> {
                    throw new IllegalStateException("can't take it");
                },
                Error.getDefaultInstance());
        proposer.publish(section("hears"), heard::add, Error.getDefaultInstance());

        proposed.get(0).applied(List.of(new PublishOutcome.Accepted(List.of())));
        assertEquals(2, proposed.size(), "what waited is proposed behind it");
        proposed.get(1).applied(List.of(new PublishOutcome.Accepted(List.of())));

        assertEquals(1, heard.size());
    }

    private static SectionView section(String text) throws InvalidProtocolBufferException {
        return SectionView.of(PublishSection.newBuilder()
                .addChannels(SectionChannel.newBuilder().setChannel("default:" + text))
                .build()
                .toByteString());
    }

    /** Keeps what is proposed. */
    private static final class Proposed extends ProposalLog {

        private final List<Proposer.ProposedEntry> proposed;

        Proposed(List<Proposer.ProposedEntry> proposed) {
            this.proposed = proposed;
        }

        @Override
        public void propose(ByteBuffer entry, long expectedTerm, Proposal proposal) {
            proposed.add((Proposer.ProposedEntry) proposal);
        }
    }
}
