package dev.skein.systemtests.traffic;

import dev.skein.client.Receipt;
import dev.skein.proto.client.v1.DescribeNamespaceRequest;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.PublishRequest;
import dev.skein.proto.client.v1.PublishResponse;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Publishes to one node with an identity of the caller's choice, without the client library's own care. Thread-safe. */
public final class RawMessaging implements AutoCloseable {

    private final ManagedChannel channel;

    public RawMessaging(String endpoint, InetSocketAddress proxy) {
        this.channel = NettyChannelBuilder.forTarget(endpoint)
                .proxyDetector(target -> HttpConnectProxiedSocketAddress.newBuilder()
                        .setTargetAddress((InetSocketAddress) target)
                        .setProxyAddress(proxy)
                        .build())
                .usePlaintext()
                .build();
    }

    /** Makes sure that the connection stands, by a request that changes nothing. */
    public void connect(String namespace, long timeoutMillis) {
        MessagingGrpc.newBlockingStub(channel)
                .withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS)
                .withWaitForReady()
                .describeNamespace(DescribeNamespaceRequest.newBuilder()
                        .setNamespace(namespace)
                        .build());
    }

    /** Sends at once; fails when no answer comes in time. */
    public CompletableFuture<Receipt> publish(Publish publish, long timeoutMillis) {
        CompletableFuture<Receipt> answer = new CompletableFuture<>();
        MessagingGrpc.newStub(channel)
                .withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS)
                .publish(PublishRequest.newBuilder().setPublish(publish).build(), new StreamObserver<>() {
                    @Override
                    public void onNext(PublishResponse response) {
                        answer.complete(receipt(response.getReceipts(0)));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        answer.completeExceptionally(new IllegalStateException("an answer without a receipt"));
                    }
                });
        return answer;
    }

    private static Receipt receipt(dev.skein.proto.client.v1.Receipt wire) {
        return new Receipt(
                wire.getEpoch(),
                wire.getSerial(),
                wire.getShardSerial(),
                Instant.ofEpochMilli(wire.getTimeMs()),
                wire.getDuplicate());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
