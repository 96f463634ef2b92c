package dev.skein.replication.link;

import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.RaftRpcFactory;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.SPI;
import org.jspecify.annotations.Nullable;

/**
 * What JRaft's service loader finds instead of its own transport, by a higher priority. There is no RPC server: the node's gRPC
 * server hosts {@link RaftLinks#services()}, and JRaft's command-line requests reach nobody.
 */
@SPI(name = "skein", priority = 100)
public final class SkeinRaftRpcFactory implements RaftRpcFactory {

    @Override
    public void registerProtobufSerializer(String className, Object... args) {
        // Frames name their type by kind; nothing is looked up by class name.
    }

    @Override
    public RpcClient createRpcClient(@Nullable ConfigHelper<RpcClient> helper) {
        if (helper == null) {
            throw new IllegalArgumentException("a Raft node needs LinkedNodeOptions");
        }
        LinkRpcClient client = new LinkRpcClient();
        helper.config(client);
        return client;
    }

    @Override
    public ConfigHelper<RpcClient> defaultJRaftClientConfigHelper(RpcOptions options) {
        if (!(options instanceof LinkedNodeOptions linked)) {
            throw new IllegalArgumentException("a Raft node needs LinkedNodeOptions");
        }
        return client -> ((LinkRpcClient) client).bind(linked);
    }

    @Override
    public RpcServer createRpcServer(Endpoint endpoint, @Nullable ConfigHelper<RpcServer> helper) {
        throw new UnsupportedOperationException("the node's gRPC server serves Raft");
    }
}
