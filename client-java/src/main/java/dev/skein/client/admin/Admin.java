package dev.skein.client.admin;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Operations on the cluster. Any node answers; changes are carried to where they belong. Failures are {@code SkeinException}s. */
public interface Admin {

    /** Creates a namespace. */
    CompletableFuture<Namespace> createNamespace(NamespaceSpec spec);

    /** Changes a namespace. */
    CompletableFuture<Namespace> alterNamespace(NamespaceChange change);

    /** All namespaces. */
    CompletableFuture<List<Namespace>> namespaces();

    /**
     * The cluster as the answering node knows it.
     *
     * @param everyShard include every shard, not only those in trouble
     */
    CompletableFuture<ClusterStatus> status(boolean everyShard);

    /** Stops a node taking sessions and hands its leaderships away; an empty name means the answering node. */
    CompletableFuture<DrainProgress> drain(String node);

    /** Takes a drain back. */
    CompletableFuture<DrainProgress> undoDrain(String node);

    /** Hands a shard's leadership to a node. Completes when asked, not when done. */
    CompletableFuture<Void> transferLeadership(String namespace, int shard, String node);

    /**
     * The answering node's own history of a shard, every retained message. Use {@code SkeinClient.adminAt} to ask a particular node.
     *
     * @param rows called for each row, in order, on one thread; must not block for long
     * @return completes after the last row
     */
    CompletableFuture<Void> dumpReplica(String namespace, int shard, Consumer<ReplicaRow> rows);

    /** Takes a snapshot of every replica of the answering node; gives their number. */
    CompletableFuture<Integer> snapshot();

    /** Makes an API key. An attempt whose outcome isn't known may have made one that nobody knows the secret of. */
    CompletableFuture<CreatedKey> createKey(KeySpec spec);

    /** All API keys, without their secrets. */
    CompletableFuture<List<AccessKey>> keys();

    /**
     * Ends an API key for good, and all sessions that came with it.
     *
     * @return whether the answering node knew it
     */
    CompletableFuture<Boolean> revokeKey(String id);

    /** Ends the token with this {@code jti}, and all sessions that came with it. */
    CompletableFuture<Void> revokeToken(String id);

    /** Ends all tokens of this {@code sub} that were issued before now, and all sessions that came with them. */
    CompletableFuture<Void> revokeSubject(String subject);

    /**
     * How far a drain has come.
     *
     * @param shardsLed leaderships still to hand over
     * @param sessions sessions still open
     */
    record DrainProgress(int shardsLed, int sessions) {}
}
