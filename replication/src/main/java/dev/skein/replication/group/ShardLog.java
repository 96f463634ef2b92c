package dev.skein.replication.group;

import dev.skein.core.NodeId;
import dev.skein.replication.ReplicaRole;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One replicated log, as its state machine's owner sees it: what is proposed here comes back, once and in the same order on every
 * replica, through a {@link GroupMachine}. Thread-safe; nothing blocks but {@link #close()}.
 */
public interface ShardLog extends AutoCloseable {

    /** The log's state now. */
    Status status();

    /**
     * Proposes an entry for the given term. Never throws: refusals reach the proposal.
     *
     * @param expectedTerm the term in which the caller believes it leads; the entry is refused in any other
     */
    void propose(ByteBuffer entry, long expectedTerm, Proposal proposal);

    /** Completes when everything committed before the call has been applied here (ReadIndex, confirmed by a quorum). */
    CompletableFuture<Void> confirmRead();

    /** Asks to hand leadership over; completes when the hand-over has begun. */
    CompletableFuture<Void> transferLeadership(NodeId to);

    /**
     * Moves one step from the present members towards the given ones. Does nothing when this replica doesn't lead or another change
     * is under way; call again until {@link Status#voters()} and {@link Status#learners()} are as wanted.
     *
     * @param voters members as {@code node:incarnation}
     * @param learners members as {@code node:incarnation}
     */
    void stepTowards(List<String> voters, List<String> learners);

    /** Takes a snapshot now. */
    CompletableFuture<Void> snapshot();

    /** Tells followers at once that everything up to this entry is committed. Does nothing when this replica doesn't lead. */
    void pushCommit(long index, long term);

    /** What a member has acknowledged to this replica, while it leads; empty when it doesn't, or hasn't heard from it in its term. */
    Optional<Acknowledged> acknowledged(NodeId member);

    /**
     * An acknowledgement.
     *
     * @param incarnation of the member's storage
     * @param term the leader's
     * @param index last entry that the member has, in memory at least
     * @param committedIndex last entry that is committed
     */
    record Acknowledged(long incarnation, long term, long index, long committedIndex) {}

    /** Stops taking part for good, with a reason; the machine is told that it failed. */
    void fence(String reason);

    /** Stops the replica; blocks until its threads have left the machine. */
    @Override
    void close();

    /**
     * A log's state.
     *
     * @param role present role
     * @param term present term
     * @param leader leader as known here
     * @param lastIndex last entry in the log
     * @param committedIndex last entry known committed here
     * @param appliedIndex last entry applied here, Raft's own entries included
     * @param voters configuration in force, as {@code node:incarnation}
     * @param learners configuration in force, as {@code node:incarnation}
     */
    record Status(
            ReplicaRole role,
            long term,
            Optional<NodeId> leader,
            long lastIndex,
            long committedIndex,
            long appliedIndex,
            List<String> voters,
            List<String> learners) {

        public Status {
            voters = List.copyOf(voters);
            learners = List.copyOf(learners);
        }
    }
}
