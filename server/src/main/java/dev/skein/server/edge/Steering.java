package dev.skein.server.edge;

import dev.skein.core.NodeId;
import dev.skein.proto.node.v1.DescribeEdgeRequest;
import dev.skein.proto.node.v1.DescribeEdgeResponse;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.node.v1.NodeServiceGrpc.NodeServiceStub;
import dev.skein.proto.node.v1.SteerSessionsRequest;
import dev.skein.proto.node.v1.SteerSessionsResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the edges of all nodes. A node that doesn't answer in time is named, and the others have done what was asked. Thread-safe. */
final class Steering {

    private static final Logger log = LoggerFactory.getLogger(Steering.class);

    private static final int NODE_SECONDS_MAX = 3;

    private final EdgeParts parts;

    Steering(EdgeParts parts) {
        this.parts = parts;
    }

    /**
     * What the nodes said.
     *
     * @param answers by node
     * @param unreached nodes that said nothing
     */
    record Everywhere<T>(Map<String, T> answers, List<String> unreached) {}

    CompletableFuture<Everywhere<SteerSessionsResponse>> steer(SteerSessionsRequest request) {
        return ask(
                () -> SteerSessionsResponse.newBuilder()
                        .setSessions(parts.door().steer(request))
                        .build(),
                (there, out) -> there.steerSessions(request, out));
    }

    CompletableFuture<Everywhere<DescribeEdgeResponse>> describe(DescribeEdgeRequest request) {
        return ask(() -> parts.door().describe(request), (there, out) -> there.describeEdge(request, out));
    }

    private <T> CompletableFuture<Everywhere<T>> ask(
            Supplier<T> here, BiConsumer<NodeServiceStub, StreamObserver<T>> there) {
        Set<NodeId> members = parts.shards().members();
        Gathering<T> gathering = new Gathering<>(members.size() + 1);
        gathering.answered(parts.node(), here.get());
        for (NodeId node : members) {
            Optional<ManagedChannel> channel = node.value().equals(parts.node())
                    ? Optional.empty()
                    : parts.peers().to(node);
            channel.ifPresentOrElse(
                    present -> there.accept(
                            NodeServiceGrpc.newStub(present).withDeadlineAfter(NODE_SECONDS_MAX, TimeUnit.SECONDS),
                            gathering.of(node.value())),
                    gathering::left);
        }
        return gathering.whole;
    }

    private static final class Gathering<T> {

        private final CompletableFuture<Everywhere<T>> whole = new CompletableFuture<>();
        private final Map<String, T> answers = new TreeMap<>();
        private final List<String> unreached = new ArrayList<>();
        private int missing;

        Gathering(int asked) {
            missing = asked;
        }

        StreamObserver<T> of(String node) {
            return new StreamObserver<>() {
                @Override
                public void onNext(T answer) {
                    answered(node, answer);
                }

                @Override
                public void onError(Throwable failure) {
                    log.debug("the edge of {} was not reached: {}", node, failure.toString());
                    failed(node);
                }

                @Override
                public void onCompleted() {}
            };
        }

        void answered(String node, T answer) {
            synchronized (this) {
                answers.put(node, answer);
            }
            left();
        }

        private void failed(String node) {
            synchronized (this) {
                if (answers.containsKey(node)) {
                    return;
                }
                unreached.add(node);
            }
            left();
        }

        /** One less to wait for. */
        void left() {
            boolean done;
            synchronized (this) {
                done = --missing == 0;
            }
            if (done) {
                whole.complete(
                        new Everywhere<>(answers, unreached.stream().sorted().toList()));
            }
        }
    }
}
