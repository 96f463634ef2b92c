package dev.skein.systemtests.launch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.DrainRequest;
import dev.skein.proto.admin.v1.DrainResponse;
import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.ShardStatus;
import dev.skein.proto.admin.v1.StatusRequest;
import dev.skein.proto.admin.v1.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The smallest process that a launcher takes for a node: it reads the configuration file, calls its peers all the time through
 * whatever proxy its JVM was given, and answers Status with the peers it has heard of. It replicates nothing.
 */
final class StandInServerMain extends AdminGrpc.AdminImplBase {

    private final JsonNode config;
    private final Map<String, Boolean> heard = new ConcurrentHashMap<>();
    private volatile boolean draining;

    private StandInServerMain(JsonNode config) {
        this.config = config;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        JsonNode config = new YAMLMapper().readTree(new File(args[1]));
        StandInServerMain node = new StandInServerMain(config);
        JsonNode self = node.self();
        Server peers = node.serve(self.get("peer").asText());
        node.serve(self.get("client").asText());
        System.out.println("ready node=" + self.get("id").asText() + " client="
                + self.get("client").asText());
        for (JsonNode peer : config.get("cluster").get("nodes")) {
            node.call(peer);
        }
        peers.awaitTermination();
    }

    private JsonNode self() {
        String id = config.get("node").get("id").asText();
        for (JsonNode node : config.get("cluster").get("nodes")) {
            if (node.get("id").asText().equals(id)) {
                return node;
            }
        }
        throw new IllegalArgumentException("no such node: " + id);
    }

    private Server serve(String address) throws IOException {
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .addService(this)
                .build()
                .start();
    }

    private void call(JsonNode peer) {
        if (peer.get("id").equals(self().get("id"))) {
            return;
        }
        ManagedChannel channel = NettyChannelBuilder.forTarget(peer.get("peer").asText())
                .usePlaintext()
                .build();
        callAgain(peer.get("id").asText(), channel);
    }

    private void callAgain(String peer, ManagedChannel channel) {
        AdminGrpc.newStub(channel)
                .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
                .drain(DrainRequest.newBuilder().setNode("hello").build(), new StreamObserver<>() {
                    @Override
                    public void onNext(DrainResponse answer) {
                        heard.put(peer, true);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        heard.put(peer, false);
                        callAgain(peer, channel);
                    }

                    @Override
                    public void onCompleted() {
                        callAgain(peer, channel);
                    }
                });
    }

    @Override
    public void drain(DrainRequest request, StreamObserver<DrainResponse> answer) {
        if (request.getNode().isEmpty()) {
            draining = !request.getUndo();
        }
        answer.onNext(DrainResponse.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> answer) {
        StatusResponse.Builder status = StatusResponse.newBuilder()
                .setAnsweredBy(self().get("id").asText())
                .setControl(ShardStatus.newBuilder().setLeader("us-a"));
        for (JsonNode node : config.get("cluster").get("nodes")) {
            String id = node.get("id").asText();
            boolean self = id.equals(status.getAnsweredBy());
            boolean alive = self || heard.getOrDefault(id, false);
            status.addNodes(NodeStatus.newBuilder()
                    .setNode(id)
                    .setState(alive ? "alive" : "dead")
                    .setDraining(self && draining)
                    .setShardsLed(alive ? 1 : 0));
        }
        for (JsonNode namespace : config.get("cluster").get("namespaces")) {
            int shards = namespace.get("shards").asInt();
            boolean all = status.getNodesList().stream()
                    .allMatch(node -> node.getState().equals("alive"));
            status.addNamespaces(NamespaceStatus.newBuilder()
                    .setName(namespace.get("name").asText())
                    .setShards(shards)
                    .setShardsLed(all ? shards : 0)
                    .setGoalMet(all)
                    .setGoalText(all ? "" : "a node is away"));
        }
        answer.onNext(status.build());
        answer.onCompleted();
    }
}
