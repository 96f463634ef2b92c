package dev.skein.client.internal.grpc;

import dev.skein.client.RetryAdvice;
import dev.skein.client.SkeinException;
import dev.skein.client.admin.AccessKey;
import dev.skein.client.admin.Admin;
import dev.skein.client.admin.ClusterStatus;
import dev.skein.client.admin.CreatedKey;
import dev.skein.client.admin.KeySpec;
import dev.skein.client.admin.Namespace;
import dev.skein.client.admin.NamespaceChange;
import dev.skein.client.admin.NamespaceSpec;
import dev.skein.client.admin.ReplicaRow;
import dev.skein.client.internal.core.Failures;
import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.CreateKeyRequest;
import dev.skein.proto.admin.v1.CreateKeyResponse;
import dev.skein.proto.admin.v1.CreateNamespaceRequest;
import dev.skein.proto.admin.v1.DrainRequest;
import dev.skein.proto.admin.v1.DumpReplicaRequest;
import dev.skein.proto.admin.v1.ListKeysRequest;
import dev.skein.proto.admin.v1.ListKeysResponse;
import dev.skein.proto.admin.v1.ListNamespacesRequest;
import dev.skein.proto.admin.v1.ReplicaDump;
import dev.skein.proto.admin.v1.RevokeKeyRequest;
import dev.skein.proto.admin.v1.RevokeKeyResponse;
import dev.skein.proto.admin.v1.RevokeTokensRequest;
import dev.skein.proto.admin.v1.RevokeTokensResponse;
import dev.skein.proto.admin.v1.SnapshotRequest;
import dev.skein.proto.admin.v1.StatusRequest;
import dev.skein.proto.admin.v1.TokenRevocation;
import dev.skein.proto.admin.v1.TransferLeadershipRequest;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The admin operations as requests; values are translated by {@link AdminValues}. */
public final class AdminRequests implements Admin {

    private static final Duration DUMP_TIMEOUT = Duration.ofMinutes(5);

    private final Requests requests;
    private final Executor callbacks;
    private final Duration timeout;
    private final Optional<String> endpoint;

    public AdminRequests(Requests requests, Executor callbacks, Duration timeout, Optional<String> endpoint) {
        this.requests = requests;
        this.callbacks = callbacks;
        this.timeout = timeout;
        this.endpoint = endpoint;
    }

    @Override
    public CompletableFuture<Namespace> createNamespace(NamespaceSpec spec) {
        var request = CreateNamespaceRequest.newBuilder()
                .setSpec(AdminValues.spec(spec))
                .build();
        return this.<dev.skein.proto.admin.v1.Namespace>send(false, (channel, millis, answer) -> stub(channel, millis)
                        .createNamespace(request, answer))
                .thenApply(AdminValues::namespace);
    }

    @Override
    public CompletableFuture<Namespace> alterNamespace(NamespaceChange change) {
        var request = AdminValues.change(change);
        return this.<dev.skein.proto.admin.v1.Namespace>send(
                        true, (channel, millis, answer) -> stub(channel, millis).alterNamespace(request, answer))
                .thenApply(AdminValues::namespace);
    }

    @Override
    public CompletableFuture<List<Namespace>> namespaces() {
        return this.<dev.skein.proto.admin.v1.ListNamespacesResponse>send(
                        true, (channel, millis, answer) -> stub(channel, millis)
                                .listNamespaces(ListNamespacesRequest.getDefaultInstance(), answer))
                .thenApply(response -> response.getNamespacesList().stream()
                        .map(AdminValues::namespace)
                        .toList());
    }

    @Override
    public CompletableFuture<ClusterStatus> status(boolean everyShard) {
        var request = StatusRequest.newBuilder().setShards(everyShard).build();
        return this.<dev.skein.proto.admin.v1.StatusResponse>send(
                        true, (channel, millis, answer) -> stub(channel, millis).status(request, answer))
                .thenApply(AdminValues::status);
    }

    @Override
    public CompletableFuture<DrainProgress> drain(String node) {
        return drain(DrainRequest.newBuilder().setNode(node).build());
    }

    @Override
    public CompletableFuture<DrainProgress> undoDrain(String node) {
        return drain(DrainRequest.newBuilder().setNode(node).setUndo(true).build());
    }

    @Override
    public CompletableFuture<Void> transferLeadership(String namespace, int shard, String node) {
        var request = TransferLeadershipRequest.newBuilder()
                .setNamespace(namespace)
                .setShard(shard)
                .setNode(node)
                .build();
        return this.<dev.skein.proto.admin.v1.TransferLeadershipResponse>send(
                        true, (channel, millis, answer) -> stub(channel, millis).transferLeadership(request, answer))
                .thenApply(done -> null);
    }

    @Override
    public CompletableFuture<Void> dumpReplica(String namespace, int shard, Consumer<ReplicaRow> rows) {
        var request = DumpReplicaRequest.newBuilder()
                .setNamespace(namespace)
                .setShard(shard)
                .build();
        Requests.Call<Boolean> call = (channel, millis, done) -> AdminGrpc.newStub(channel)
                .withExecutor(callbacks)
                .withDeadlineAfter(DUMP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .dumpReplica(request, new DumpReader(rows, done));
        return this.<Boolean>send(true, call).thenApply(done -> null);
    }

    @Override
    public CompletableFuture<Integer> snapshot() {
        return this.<dev.skein.proto.admin.v1.SnapshotResponse>send(
                        true, (channel, millis, answer) -> stub(channel, millis)
                                .snapshot(SnapshotRequest.getDefaultInstance(), answer))
                .thenApply(dev.skein.proto.admin.v1.SnapshotResponse::getShards);
    }

    @Override
    public CompletableFuture<CreatedKey> createKey(KeySpec spec) {
        var request =
                CreateKeyRequest.newBuilder().setKey(AccessValues.key(spec)).build();
        return this.<CreateKeyResponse>send(false, (channel, millis, answer) -> stub(channel, millis)
                        .createKey(request, answer))
                .thenApply(AccessValues::created);
    }

    @Override
    public CompletableFuture<List<AccessKey>> keys() {
        return this.<ListKeysResponse>send(true, (channel, millis, answer) -> stub(channel, millis)
                        .listKeys(ListKeysRequest.getDefaultInstance(), answer))
                .thenApply(response ->
                        response.getKeysList().stream().map(AccessValues::key).toList());
    }

    @Override
    public CompletableFuture<Boolean> revokeKey(String id) {
        var request = RevokeKeyRequest.newBuilder().setId(id).build();
        return this.<RevokeKeyResponse>send(
                        true, (channel, millis, answer) -> stub(channel, millis).revokeKey(request, answer))
                .thenApply(RevokeKeyResponse::getExisted);
    }

    @Override
    public CompletableFuture<Void> revokeToken(String id) {
        return revoke(TokenRevocation.newBuilder().setTokenId(id));
    }

    @Override
    public CompletableFuture<Void> revokeSubject(String subject) {
        return revoke(TokenRevocation.newBuilder().setSubject(subject));
    }

    private CompletableFuture<Void> revoke(TokenRevocation.Builder revocation) {
        var request = RevokeTokensRequest.newBuilder().setRevocation(revocation).build();
        return this.<RevokeTokensResponse>send(
                        true, (channel, millis, answer) -> stub(channel, millis).revokeTokens(request, answer))
                .thenApply(done -> null);
    }

    private CompletableFuture<DrainProgress> drain(DrainRequest request) {
        return this.<dev.skein.proto.admin.v1.DrainResponse>send(
                        true, (channel, millis, answer) -> stub(channel, millis).drain(request, answer))
                .thenApply(response -> new DrainProgress(response.getShardsLed(), response.getSessions()));
    }

    private <T> CompletableFuture<T> send(boolean harmlessToRepeat, Requests.Call<T> call) {
        return endpoint.isPresent()
                ? requests.sendTo(endpoint.get(), timeout, harmlessToRepeat, call)
                : requests.send(timeout, harmlessToRepeat, call);
    }

    private static AdminGrpc.AdminStub stub(Channel channel, long millis) {
        return AdminGrpc.newStub(channel).withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
    }

    /** Passes rows on. A dump that broke off isn't repeated, as its rows have been seen. */
    private static final class DumpReader implements StreamObserver<ReplicaDump> {

        private final Consumer<ReplicaRow> rows;
        private final StreamObserver<Boolean> done;
        private boolean begun;

        DumpReader(Consumer<ReplicaRow> rows, StreamObserver<Boolean> done) {
            this.rows = rows;
            this.done = done;
        }

        @Override
        public void onNext(ReplicaDump row) {
            begun = true;
            rows.accept(AdminValues.row(row));
        }

        @Override
        public void onError(Throwable failure) {
            SkeinException cause = Failures.of(failure);
            done.onError(begun ? brokenOff(cause) : cause);
        }

        @Override
        public void onCompleted() {
            done.onNext(true);
            done.onCompleted();
        }

        private static SkeinException brokenOff(SkeinException cause) {
            String text = "the dump broke off: " + cause.getMessage();
            return new SkeinException(cause.reason(), text, RetryAdvice.NEVER, cause.metadata());
        }
    }
}
