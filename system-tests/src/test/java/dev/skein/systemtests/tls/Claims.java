package dev.skein.systemtests.tls;

import com.google.protobuf.MessageLite;
import dev.skein.proto.gossip.v1.ExchangeRequest;
import dev.skein.proto.gossip.v1.GossipGrpc;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.proto.node.v1.GetControlStateRequest;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.node.v1.ProposeControlRequest;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.JoinRequest;
import dev.skein.proto.replication.v1.LinkFrames;
import dev.skein.proto.replication.v1.LinkHello;
import dev.skein.proto.replication.v1.MembershipGrpc;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.proto.replication.v1.ProposeRequest;
import dev.skein.proto.replication.v1.RaftLinkGrpc;
import dev.skein.proto.replication.v1.RegisterNode;
import dev.skein.proto.replication.v1.RemoveNode;
import dev.skein.proto.replication.v1.SetDraining;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Map;

/** Messages in which a node says who it is. */
final class Claims {

    /** A message that its sender mustn't send. */
    record Lie(MethodDescriptor<?, ?> method, MessageLite message) {}

    private Claims() {}

    /** By RPC: messages of a node that says who it really is. */
    static Map<String, MessageLite> honest(String region, String node) {
        return Map.of(
                GossipGrpc.getExchangeMethod().getFullMethodName(), exchange(node, node, region),
                MembershipGrpc.getJoinMethod().getFullMethodName(), join(node),
                MembershipGrpc.getProposeMethod().getFullMethodName(), propose(draining(node)),
                NodeServiceGrpc.getGetControlStateMethod().getFullMethodName(), ask(node));
    }

    /** Messages of one node that says it is another, or elsewhere. */
    static List<Lie> lies(String self, String other, String elsewhere) {
        return List.of(
                new Lie(RaftLinkGrpc.getLinkMethod(), hello(other)),
                new Lie(GossipGrpc.getExchangeMethod(), exchange(other, self, "")),
                new Lie(GossipGrpc.getExchangeMethod(), exchange(self, other, "")),
                new Lie(GossipGrpc.getExchangeMethod(), exchange(self, self, elsewhere)),
                new Lie(MembershipGrpc.getJoinMethod(), join(other)),
                new Lie(MembershipGrpc.getProposeMethod(), propose(register(other, ""))),
                new Lie(MembershipGrpc.getProposeMethod(), propose(register(self, elsewhere))),
                new Lie(MembershipGrpc.getProposeMethod(), propose(draining(other))),
                new Lie(MembershipGrpc.getProposeMethod(), propose(removal(self))),
                new Lie(NodeServiceGrpc.getProposeControlMethod(), proposeControl(register(other, ""))),
                new Lie(NodeServiceGrpc.getGetControlStateMethod(), ask(other)));
    }

    private static LinkFrames hello(String node) {
        return LinkFrames.newBuilder()
                .setHello(LinkHello.newBuilder().setVersion(1).setNode(node))
                .build();
    }

    private static ExchangeRequest exchange(String from, String self, String region) {
        return ExchangeRequest.newBuilder()
                .setFrom(from)
                .setSelf(MemberRecord.newBuilder().setNode(self).setRegion(region))
                .build();
    }

    private static JoinRequest join(String node) {
        return JoinRequest.newBuilder().setNode(node).build();
    }

    private static GetControlStateRequest ask(String node) {
        return GetControlStateRequest.newBuilder().setNode(node).build();
    }

    private static ProposeRequest propose(ControlCommand command) {
        return ProposeRequest.newBuilder().setCommand(command).build();
    }

    private static ProposeControlRequest proposeControl(ControlCommand command) {
        return ProposeControlRequest.newBuilder().setCommand(command).build();
    }

    private static ControlCommand register(String node, String region) {
        NodeRecord record =
                NodeRecord.newBuilder().setNode(node).setRegion(region).build();
        return ControlCommand.newBuilder()
                .setRegisterNode(RegisterNode.newBuilder().setNode(record))
                .build();
    }

    private static ControlCommand draining(String node) {
        return ControlCommand.newBuilder()
                .setSetDraining(SetDraining.newBuilder().setNode(node))
                .build();
    }

    private static ControlCommand removal(String node) {
        return ControlCommand.newBuilder()
                .setRemoveNode(RemoveNode.newBuilder().setNode(node))
                .build();
    }
}
