package dev.skein.server;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.server.loopback.ScriptedClient;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes in three regions; clients publish and subscribe while the home region is lost. */
class ClusterMessagingIT {

    private static final int MESSAGES = 400;

    @TempDir
    private Path directory;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<ScriptedClient> clients = new ArrayList<>();
    private List<SkeinServer> servers = List.of();

    @BeforeEach
    void start() {
        servers = new TestNodes(directory, "[{name: default, shards: 2}]", "us", "eu", "ap").startAll();
    }

    @AfterEach
    void stop() {
        clients.forEach(ScriptedClient::close);
        channels.forEach(ManagedChannel::shutdownNow);
        servers.forEach(SkeinServer::closeAtOnce);
    }

    @Test
    void aPipelineOfPublishesGoesOnInOrderWhenTheHomeRegionIsLost() {
        ScriptedClient publisher = connect(1);
        List<ScriptedClient> readers = List.of(connect(1), connect(2));
        publisher.publish(ScriptedClient.sequenced(1, 1, "m1").setTimeoutMs(30_000));
        receipts(publisher, 1);
        readers.forEach(reader -> reader.subscribe(1, Start.newBuilder().setSerial(1), Integer.MAX_VALUE));

        CompletableFuture<Void> lost = new CompletableFuture<>();
        for (int i = 2; i <= MESSAGES; i++) {
            publisher.publish(ScriptedClient.sequenced(i, i, "m" + i).setTimeoutMs(30_000));
            if (i == MESSAGES / 2) {
                receipts(publisher, MESSAGES / 4);
                lost = CompletableFuture.runAsync(servers.get(0)::closeAtOnce);
            }
            if (i > MESSAGES / 2 && i % 10 == 0) {
                receipts(publisher, i - 50);
            }
        }
        lost.join();

        for (int i = 1; i <= MESSAGES; i++) {
            assertEquals(
                    i, ScriptedClient.receiptsOf(receipts(publisher, i)).get(0).getSerial());
        }
        for (ScriptedClient reader : readers) {
            List<StoredMessage> messages = reader.messages(1, MESSAGES);
            assertEquals(
                    LongStream.rangeClosed(1, MESSAGES).boxed().toList(),
                    messages.stream().map(StoredMessage::getSerial).toList());
            assertEquals(
                    LongStream.rangeClosed(1, MESSAGES).mapToObj(i -> "m" + i).toList(),
                    messages.stream()
                            .map(message -> message.getBody().getPayload().toStringUtf8())
                            .toList());
        }
    }

    private ScriptedClient connect(int node) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(
                        "dns:///" + servers.get(node).clientAddress())
                .usePlaintext()
                .build();
        channels.add(channel);
        ScriptedClient client = new ScriptedClient(channel);
        clients.add(client);
        client.hello();
        return client;
    }

    private static Receipts receipts(ScriptedClient client, long request) {
        eventually("the session lives", () -> !client.hasEnded());
        Receipts receipts = client.receipts(request);
        assertFalse(receipts.hasError(), () -> request + ": " + receipts.getError());
        return receipts;
    }
}
