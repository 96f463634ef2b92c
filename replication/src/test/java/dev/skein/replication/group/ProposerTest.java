package dev.skein.replication.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.ByteBudget;
import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.replication.PublishOutcome;
import dev.skein.wire.SectionView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProposerTest {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<Proposer.ProposedEntry> proposed = new ArrayList<>();
    private final Proposer proposer = new Proposer(
            () -> new ProposalsOnly(proposed),
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

    /** Keeps what is proposed; nothing else is asked of it. */
    private record ProposalsOnly(List<Proposer.ProposedEntry> proposed) implements ShardLog {

        @Override
        public void propose(ByteBuffer entry, long expectedTerm, Proposal proposal) {
            proposed.add((Proposer.ProposedEntry) proposal);
        }

        @Override
        public Status status() {
            throw new AssertionError();
        }

        @Override
        public CompletableFuture<Void> confirmRead() {
            throw new AssertionError();
        }

        @Override
        public CompletableFuture<Void> transferLeadership(NodeId to) {
            throw new AssertionError();
        }

        @Override
        public void stepTowards(List<String> voters, List<String> learners) {
            throw new AssertionError();
        }

        @Override
        public CompletableFuture<Void> snapshot() {
            throw new AssertionError();
        }

        @Override
        public void pushCommit(long index, long term) {
            throw new AssertionError();
        }

        @Override
        public Optional<Acknowledged> acknowledged(NodeId member) {
            throw new AssertionError();
        }

        @Override
        public void fence(String reason) {
            throw new AssertionError();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
