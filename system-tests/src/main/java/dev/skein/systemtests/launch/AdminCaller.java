package dev.skein.systemtests.launch;

import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.DrainRequest;
import dev.skein.proto.admin.v1.DrainResponse;
import dev.skein.proto.admin.v1.StatusRequest;
import dev.skein.proto.admin.v1.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** Asks one node's Admin service, past the WAN emulator. */
final class AdminCaller implements AutoCloseable {

    private static final long TIMEOUT_SECONDS = 3;
    private static final int ANSWER_BYTES_MAX = 16 << 20;

    private final ManagedChannel channel;

    AdminCaller(String endpoint) {
        this.channel = NettyChannelBuilder.forTarget(endpoint)
                .proxyDetector(address -> null)
                .maxInboundMessageSize(ANSWER_BYTES_MAX)
                .usePlaintext()
                .build();
    }

    StatusResponse status(boolean shards) {
        return stub().status(StatusRequest.newBuilder().setShards(shards).build());
    }

    /** Drains the node asked, or takes it back. */
    DrainResponse drain(boolean undo) {
        return stub().drain(DrainRequest.newBuilder().setUndo(undo).build());
    }

    private AdminGrpc.AdminBlockingStub stub() {
        return AdminGrpc.newBlockingStub(channel).withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
