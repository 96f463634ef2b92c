package dev.skein.replication.link;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.InvokeContext;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.PingRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.Message;
import dev.skein.replication.disk.DiskFitness;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One Raft group's view of the node's links. JRaft calls it while it holds the group's lock, so nothing here waits: a link that
 * is down fails the invocation at once and starts to connect in the background.
 */
final class LinkRpcClient implements RpcClient {

    private @Nullable LinkedNodeOptions options;
    private volatile @Nullable ReplicatorGroup replicators;

    void bind(LinkedNodeOptions node) {
        this.options = node;
    }

    @Override
    public boolean init(RpcOptions rpcOptions) {
        return options != null;
    }

    @Override
    public void shutdown() {
        ReplicatorGroup group = replicators;
        if (group != null) {
            links().forget(group);
        }
    }

    /** Always true: "not connected" would make JRaft connect by a blocking call under the group's lock. */
    @Override
    public boolean checkConnection(Endpoint endpoint) {
        return checkConnection(endpoint, true);
    }

    @Override
    public boolean checkConnection(Endpoint endpoint, boolean createIfAbsent) {
        if (createIfAbsent) {
            links().link(RaftPeers.node(endpoint)).want();
        }
        return true;
    }

    /** Does nothing: the link belongs to all groups. */
    @Override
    public void closeConnection(Endpoint endpoint) {}

    @Override
    public void registerConnectEventListener(ReplicatorGroup group) {
        replicators = group;
        bound().replicators(group);
        links().remember(group);
    }

    /** Answers a ping from what is known about the link; JRaft sends nothing else this way. */
    @Override
    public Object invokeSync(Endpoint endpoint, Object request, @Nullable InvokeContext context, long timeoutMs)
            throws RemotingException {
        if (!(request instanceof PingRequest)) {
            throw new RemotingException("unexpected blocking request " + request.getClass());
        }
        if (!links().link(RaftPeers.node(endpoint)).isUp()) {
            throw new RemotingException("no link to " + endpoint.getIp());
        }
        return ErrorResponse.newBuilder().setErrorCode(0).build();
    }

    @Override
    public void invokeAsync(
            Endpoint endpoint, Object request, @Nullable InvokeContext context, InvokeCallback callback, long timeoutMs)
            throws RemotingException {
        DiskFitness disk = links().disk();
        if (isSilenced(request, disk)) {
            throw new RemotingException("the disk of this node stands still", null, false, false);
        }
        if (request instanceof AppendEntriesRequest append) {
            bound().sends(append.getTerm());
        }
        Optional<RaftMessage> message = RaftMessage.of((Message) request);
        if (message.isEmpty()) {
            throw new RemotingException("unexpected request " + request.getClass());
        }
        links().link(RaftPeers.node(endpoint))
                .invoke(message.get(), TermGuard.around(callback, request, disk), timeoutMs);
    }

    private static boolean isSilenced(Object request, DiskFitness disk) {
        return request instanceof AppendEntriesRequest && !disk.mayLead()
                || request instanceof RequestVoteRequest && !disk.mayStand();
    }

    private RaftLinks links() {
        return bound().links();
    }

    private LinkedNodeOptions bound() {
        return Objects.requireNonNull(options, "bound by the factory");
    }
}
