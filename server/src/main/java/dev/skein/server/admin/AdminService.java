package dev.skein.server.admin;

import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.CreateKeyRequest;
import dev.skein.proto.admin.v1.CreateKeyResponse;
import dev.skein.proto.admin.v1.CreateNamespaceRequest;
import dev.skein.proto.admin.v1.DrainRequest;
import dev.skein.proto.admin.v1.DrainResponse;
import dev.skein.proto.admin.v1.DumpReplicaRequest;
import dev.skein.proto.admin.v1.ListKeysRequest;
import dev.skein.proto.admin.v1.ListKeysResponse;
import dev.skein.proto.admin.v1.ListNamespacesRequest;
import dev.skein.proto.admin.v1.ListNamespacesResponse;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.ReplicaDump;
import dev.skein.proto.admin.v1.RevokeKeyRequest;
import dev.skein.proto.admin.v1.RevokeKeyResponse;
import dev.skein.proto.admin.v1.RevokeTokensRequest;
import dev.skein.proto.admin.v1.RevokeTokensResponse;
import dev.skein.proto.admin.v1.SnapshotRequest;
import dev.skein.proto.admin.v1.SnapshotResponse;
import dev.skein.proto.admin.v1.StatusRequest;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.proto.admin.v1.TransferLeadershipRequest;
import dev.skein.proto.admin.v1.TransferLeadershipResponse;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.StoredKey;
import dev.skein.replication.Replication;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.ShardReplica;
import dev.skein.replication.control.AccessRules;
import dev.skein.server.access.KeyMint;
import dev.skein.server.status.ClusterView;
import dev.skein.wire.Errors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The Admin service: any node answers. */
public final class AdminService extends AdminGrpc.AdminImplBase {

    private final List<String> regions;
    private final Replication replication;
    private final ControlPlane control;
    private final ClusterView view;
    private final LeadershipTransfer transfer;
    private final RemoteDrain drain;
    private final Executor dumps;
    private final KeyMint mint;

    /**
     * @param regions the cluster's regions
     * @param mint makes API keys
     * @param dumps runs dumps and snapshots, which wait; refuses more than it can hold
     */
    public AdminService(
            List<String> regions,
            Replication replication,
            ControlPlane control,
            ClusterView view,
            LeadershipTransfer transfer,
            RemoteDrain drain,
            KeyMint mint,
            Executor dumps) {
        this.regions = List.copyOf(regions);
        this.replication = replication;
        this.control = control;
        this.view = view;
        this.transfer = transfer;
        this.drain = drain;
        this.mint = mint;
        this.dumps = dumps;
    }

    @Override
    public void createNamespace(CreateNamespaceRequest request, StreamObserver<Namespace> caller) {
        Reply.async(caller, () -> {
            NamespaceChecks.check(request.getSpec(), regions);
            return control.propose(ControlCommand.newBuilder().setCreateNamespace(request.getSpec()))
                    .thenApply(done -> namespace(request.getSpec().getName()));
        });
    }

    @Override
    public void alterNamespace(AlterNamespaceRequest request, StreamObserver<Namespace> caller) {
        Reply.async(caller, () -> {
            NamespaceChecks.check(request, regions);
            return control.propose(ControlCommand.newBuilder().setAlterNamespace(request))
                    .thenApply(done -> namespace(request.getName()));
        });
    }

    @Override
    public void listNamespaces(ListNamespacesRequest request, StreamObserver<ListNamespacesResponse> caller) {
        Reply.now(caller, () -> ListNamespacesResponse.newBuilder()
                .addAllNamespaces(replication.control().getNamespacesList())
                .build());
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> caller) {
        Reply.now(caller, () -> view.status(request.getShards()));
    }

    @Override
    public void dumpReplica(DumpReplicaRequest request, StreamObserver<ReplicaDump> caller) {
        DumpStream rows = new DumpStream((ServerCallStreamObserver<ReplicaDump>) caller);
        try {
            ShardReplica replica = localReplica(request.getNamespace(), request.getShard());
            dumps.execute(() -> dump(replica, rows));
        } catch (RuntimeException refused) {
            rows.fail(Reply.asRefusal(refused));
        }
    }

    @Override
    public void drain(DrainRequest request, StreamObserver<DrainResponse> caller) {
        Reply.async(caller, () -> drain.drain(request));
    }

    @Override
    public void transferLeadership(
            TransferLeadershipRequest request, StreamObserver<TransferLeadershipResponse> caller) {
        Reply.async(caller, () -> {
            ShardId shard = shard(request.getNamespace(), request.getShard());
            view.checkKnown(request.getNode());
            return transfer.to(shard, new NodeId(request.getNode()))
                    .thenApply(done -> TransferLeadershipResponse.getDefaultInstance());
        });
    }

    @Override
    public void snapshot(SnapshotRequest request, StreamObserver<SnapshotResponse> caller) {
        Reply.async(caller, () -> {
            List<CompletableFuture<Void>> running =
                    replication.replicas().stream().map(ShardReplica::snapshot).toList();
            return CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
                    .thenApply(done -> SnapshotResponse.newBuilder()
                            .setShards(running.size())
                            .build());
        });
    }

    @Override
    public void createKey(CreateKeyRequest request, StreamObserver<CreateKeyResponse> caller) {
        Reply.async(caller, () -> {
            KeyMint.Minted minted = mint.mint(request.getKey());
            return control.propose(ControlCommand.newBuilder().setCreateKey(minted.stored()))
                    .thenApply(done -> CreateKeyResponse.newBuilder()
                            .setKey(minted.stored().getKey())
                            .setSecret(minted.secret())
                            .build());
        });
    }

    @Override
    public void listKeys(ListKeysRequest request, StreamObserver<ListKeysResponse> caller) {
        Reply.now(caller, () -> {
            ControlState state = replication.control();
            return ListKeysResponse.newBuilder()
                    .addAllKeys(
                            state.getKeysList().stream().map(StoredKey::getKey).toList())
                    .addAllRevocations(state.getTokenRevocationsList())
                    .build();
        });
    }

    @Override
    public void revokeKey(RevokeKeyRequest request, StreamObserver<RevokeKeyResponse> caller) {
        Reply.async(caller, () -> {
            boolean existed = replication.control().getKeysList().stream()
                    .anyMatch(stored -> stored.getKey().getId().equals(request.getId()));
            return control.propose(ControlCommand.newBuilder().setRevokeKey(request.getId()))
                    .thenApply(done ->
                            RevokeKeyResponse.newBuilder().setExisted(existed).build());
        });
    }

    @Override
    public void revokeTokens(RevokeTokensRequest request, StreamObserver<RevokeTokensResponse> caller) {
        Reply.async(caller, () -> {
            String problem = AccessRules.problem(request.getRevocation());
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
            return control.propose(ControlCommand.newBuilder().setRevokeTokens(request.getRevocation()))
                    .thenApply(done -> RevokeTokensResponse.getDefaultInstance());
        });
    }

    private static void dump(ShardReplica replica, DumpStream rows) {
        try {
            replica.dump(rows::send);
            rows.end();
        } catch (RuntimeException broken) {
            rows.fail(broken);
        }
    }

    private Namespace namespace(String name) {
        return find(name).orElseThrow(() -> unknown(name));
    }

    private Optional<Namespace> find(String name) {
        return replication.control().getNamespacesList().stream()
                .filter(namespace -> namespace.getSpec().getName().equals(name))
                .findFirst();
    }

    private ShardReplica localReplica(String namespace, int number) {
        ShardId shard = shard(namespace, number);
        return replication
                .replica(shard)
                .orElseThrow(() -> new ReplicationException(Errors.of(
                        Reason.REASON_NO_REPLICA,
                        Checks.text("shard", shard.group(), "a shard with a replica on node " + view.self()))));
    }

    private ShardId shard(String namespace, int number) {
        ChannelName.checkNamespace(namespace);
        int shards = namespace(namespace).getSpec().getShards();
        Checks.check(number >= 0 && number < shards, "shard", Integer.toUnsignedString(number), "0 to " + (shards - 1));
        return new ShardId(namespace, number);
    }

    private static ReplicationException unknown(String namespace) {
        return new ReplicationException(Errors.of(
                Reason.REASON_UNKNOWN_NAMESPACE, Checks.text("namespace", namespace, "an existing namespace")));
    }

    /** Work that a full queue refused. */
    static ReplicationException overloaded(RejectedExecutionException full) {
        ReplicationException refusal = new ReplicationException(
                Errors.of(Reason.REASON_OVERLOADED, "dumps: too many at once (expected: at most a few)"));
        refusal.initCause(full);
        return refusal;
    }
}
