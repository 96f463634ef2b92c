package dev.skein.replication.group;

import dev.skein.core.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A log of which nothing but {@link #propose} is asked. */
abstract class ProposalLog implements ShardLog {

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
