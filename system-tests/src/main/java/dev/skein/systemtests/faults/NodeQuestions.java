package dev.skein.systemtests.faults;

import dev.skein.proto.client.v1.DescribeChannelRequest;
import dev.skein.proto.client.v1.DescribeChannelResponse;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Read;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NodeRecord;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks every node itself, past the WAN emulator, where channels end. Clients leave a node that is cut off or stands still; these stay, since
 * such a node must not answer from what it knows. One timer thread asks; answers come on gRPC's threads.
 */
final class NodeQuestions implements AutoCloseable {

    private static final long PERIOD_MILLIS = 100;
    private static final long DEADLINE_MILLIS = 2_000;
    private static final int UNANSWERED_MAX = 16;

    private final History history;
    private final List<String> channels;
    private final Random random;
    private final List<Asked> nodes = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "node-questions");
        thread.setDaemon(true);
        return thread;
    });

    /** @param channels of which it asks */
    NodeQuestions(LocalCluster cluster, History history, List<String> channels, Random random) throws IOException {
        this.history = history;
        this.channels = List.copyOf(channels);
        this.random = random;
        for (NodeRecord node : cluster.state().nodes()) {
            nodes.add(new Asked(node, history));
        }
    }

    void start() {
        timer.scheduleAtFixedRate(() -> nodes.forEach(this::ask), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void ask(Asked node) {
        if (node.unanswered.get() >= UNANSWERED_MAX) {
            return;
        }
        node.unanswered.incrementAndGet();
        String channel = channels.get(random.nextInt(channels.size()));
        long invoked = System.nanoTime();
        MessagingGrpc.newStub(node.way)
                .withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .describeChannel(
                        DescribeChannelRequest.newBuilder().setChannel(channel).build(), new StreamObserver<>() {
                            @Override
                            public void onNext(DescribeChannelResponse answer) {
                                history.read(new Read(
                                        node.client,
                                        history.channel(channel),
                                        invoked,
                                        System.nanoTime(),
                                        answer.getLastSerial()));
                            }

                            @Override
                            public void onError(Throwable noAnswerProvesNothing) {
                                node.unanswered.decrementAndGet();
                            }

                            @Override
                            public void onCompleted() {
                                node.unanswered.decrementAndGet();
                            }
                        });
    }

    /** One node, and a connection of its own. */
    private static final class Asked {
        final ManagedChannel way;
        final int client;
        final AtomicInteger unanswered = new AtomicInteger();

        Asked(NodeRecord node, History history) {
            this.way = NettyChannelBuilder.forTarget(node.client())
                    .proxyDetector(address -> null)
                    .usePlaintext()
                    .build();
            this.client = history.addClient(new Client("asking " + node.id(), node.region()));
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        nodes.forEach(node -> node.way.shutdownNow());
    }
}
