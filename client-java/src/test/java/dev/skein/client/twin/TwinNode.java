package dev.skein.client.twin;

import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.DescribeNamespaceRequest;
import dev.skein.proto.client.v1.DescribeNamespaceResponse;
import dev.skein.proto.client.v1.GoAway;
import dev.skein.proto.client.v1.HistoryRequest;
import dev.skein.proto.client.v1.HistoryResponse;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.NodeRoute;
import dev.skein.proto.client.v1.ProbeRequest;
import dev.skein.proto.client.v1.ProbeResponse;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.client.v1.RoutingGrpc;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A node, with the faults that tests need. */
public final class TwinNode {

    private final TwinCluster cluster;
    private final String name;
    private final String region;
    private final Server server;
    private final List<TwinSession> sessions = new ArrayList<>();

    final Deque<Error> refusals = new ArrayDeque<>();
    boolean silent;
    boolean breakAfterApply;
    int payloadBytesMax = Integer.MAX_VALUE;
    int holes;
    int sessionsOpened;
    int publishesSeen;

    TwinNode(TwinCluster cluster, String name, String region) {
        this.cluster = cluster;
        this.name = name;
        this.region = region;
        try {
            this.server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                    .addService(new Messaging())
                    .addService(new Routing())
                    .build()
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    public String region() {
        return region;
    }

    public String name() {
        return name;
    }

    /** Ends at once, sessions included. */
    public void kill() {
        server.shutdownNow();
        synchronized (cluster) {
            sessions.clear();
        }
    }

    /** Keeps connections open and says nothing any more. */
    public void fallSilent() {
        synchronized (cluster) {
            silent = true;
        }
    }

    /** Applies the next publish and then breaks the stream without an answer. */
    public void breakAfterNextPublish() {
        synchronized (cluster) {
            breakAfterApply = true;
        }
    }

    /** Refuses the next publishes, in order, without applying them. */
    public void refuseNext(Error... errors) {
        synchronized (cluster) {
            refusals.addAll(List.of(errors));
        }
    }

    /** From now on refuses sections with a message whose payload is larger. */
    public void refusePayloadsOver(int bytes) {
        synchronized (cluster) {
            payloadBytesMax = bytes;
        }
    }

    /** Leaves one message out of the next delivery, as a broken server would. */
    public void skipOneMessage() {
        synchronized (cluster) {
            holes++;
        }
    }

    /** Ends all sessions, as a restart would. */
    public void breakSessions() {
        synchronized (cluster) {
            List.copyOf(sessions).forEach(TwinSession::breakOff);
        }
    }

    public void goAway() {
        synchronized (cluster) {
            GoAway goAway = GoAway.newBuilder()
                    .setReason(Errors.of(Reason.REASON_DRAINING, "draining"))
                    .setDeadlineMs(5_000)
                    .build();
            sessions.forEach(session ->
                    session.send(ServerFrame.newBuilder().setGoAway(goAway).build()));
        }
    }

    public int sessionsOpened() {
        synchronized (cluster) {
            return sessionsOpened;
        }
    }

    /** Sections received, refused ones included. */
    public int publishesSeen() {
        synchronized (cluster) {
            return publishesSeen;
        }
    }

    /** The most messages that any open subscription may still be sent. */
    public long largestDemand() {
        synchronized (cluster) {
            return sessions.stream().mapToLong(TwinSession::largestDemand).max().orElse(0);
        }
    }

    TwinCluster cluster() {
        return cluster;
    }

    void opened(TwinSession session) {
        sessionsOpened++;
        sessions.add(session);
    }

    void ended(TwinSession session) {
        sessions.remove(session);
    }

    void pump() {
        List.copyOf(sessions).forEach(TwinSession::pump);
    }

    void deliverEphemeral(String channel, StoredMessage message) {
        List.copyOf(sessions).forEach(session -> session.deliverEphemeral(channel, message));
    }

    NodeRoute route() {
        return NodeRoute.newBuilder().setNode(name).setEndpoint(endpoint()).build();
    }

    private final class Messaging extends MessagingGrpc.MessagingImplBase {

        @Override
        public StreamObserver<ClientFrame> session(StreamObserver<ServerFrame> out) {
            return new TwinSession(TwinNode.this, out);
        }

        @Override
        public void describeNamespace(
                DescribeNamespaceRequest request, StreamObserver<DescribeNamespaceResponse> answer) {
            if (!request.getNamespace().equals("default")) {
                String text = "namespace: " + request.getNamespace() + " (expected: default)";
                answer.onError(Errors.toStatus(Errors.of(Reason.REASON_UNKNOWN_NAMESPACE, text)));
                return;
            }
            answer.onNext(DescribeNamespaceResponse.newBuilder()
                    .setNamespace(request.getNamespace())
                    .setShards(TwinCluster.SHARDS)
                    .build());
            answer.onCompleted();
        }

        @Override
        public void history(HistoryRequest request, StreamObserver<HistoryResponse> answer) {
            synchronized (cluster) {
                answer.onNext(page(request, cluster.channel(request.getChannel())));
            }
            answer.onCompleted();
        }
    }

    private static HistoryResponse page(HistoryRequest request, TwinChannel channel) {
        HistoryResponse.Builder page = HistoryResponse.newBuilder()
                .setEpoch(channel.epoch)
                .setFirstSerial(channel.firstSerial)
                .setLastSerial(channel.lastSerial());
        int step = request.getBackward() ? -1 : 1;
        long serial = request.hasFromSerial()
                ? request.getFromSerial()
                : request.getBackward() ? channel.lastSerial() : channel.firstSerial;
        while (serial >= channel.firstSerial
                && serial <= channel.lastSerial()
                && page.getMessagesCount() < request.getLimit()) {
            page.addMessages(channel.at(serial));
            serial += step;
        }
        boolean more = serial >= channel.firstSerial && serial <= channel.lastSerial();
        return page.setNextSerial(more ? serial : 0).build();
    }

    private final class Routing extends RoutingGrpc.RoutingImplBase {

        @Override
        public void resolve(ResolveRequest request, StreamObserver<RouteTable> answer) {
            answer.onNext(cluster.routes());
            answer.onCompleted();
        }

        @Override
        public void watchRoutes(ResolveRequest request, StreamObserver<RouteTable> answer) {
            answer.onNext(cluster.routes());
        }

        @Override
        public void probe(ProbeRequest request, StreamObserver<ProbeResponse> answer) {
            answer.onNext(ProbeResponse.newBuilder()
                    .setNonce(request.getNonce())
                    .setNode(name)
                    .setRegion(region)
                    .build());
            answer.onCompleted();
        }
    }

    /** The answer to a publish under the present faults, or null when the stream must break. */
    dev.skein.proto.client.v1.Receipts answer(Publish publish) {
        publishesSeen++;
        Error refusal = tooLarge(publish) ? Errors.of(Reason.REASON_MESSAGE_TOO_LARGE, "message") : refusals.poll();
        if (refusal != null) {
            return dev.skein.proto.client.v1.Receipts.newBuilder()
                    .setRequestId(publish.getRequestId())
                    .setError(refusal)
                    .build();
        }
        var answer = cluster.apply(publish);
        if (breakAfterApply) {
            breakAfterApply = false;
            return null;
        }
        return answer;
    }

    private boolean tooLarge(Publish publish) {
        return publish.getSection().getChannelsList().stream()
                .flatMap(part -> part.getMessagesList().stream())
                .anyMatch(body -> body.getPayload().size() > payloadBytesMax);
    }
}
