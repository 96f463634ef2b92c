package dev.skein.server.tls;

import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.gossip.v1.ExchangeRequest;
import dev.skein.proto.gossip.v1.ExchangeResponse;
import dev.skein.proto.gossip.v1.GossipGrpc;
import dev.skein.proto.node.v1.GetControlStateRequest;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.node.v1.ProposeControlRequest;
import dev.skein.proto.replication.v1.JoinRequest;
import dev.skein.proto.replication.v1.JoinResponse;
import dev.skein.proto.replication.v1.LinkFrames;
import dev.skein.proto.replication.v1.MembershipGrpc;
import dev.skein.proto.replication.v1.ProposeRequest;
import dev.skein.proto.replication.v1.RaftLinkGrpc;
import dev.skein.proto.replication.v1.StateCheckGrpc;
import dev.skein.server.tls.PeerRpc.Says;
import io.grpc.MethodDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every RPC of the peer port. One that isn't here is refused, so that none is forgotten. */
final class PeerRpcs {

    private static final Map<String, PeerRpc> ALL = all();

    private PeerRpcs() {}

    static Optional<PeerRpc> of(MethodDescriptor<?, ?> method) {
        return Optional.ofNullable(ALL.get(method.getFullMethodName()));
    }

    private static Map<String, PeerRpc> all() {
        Map<String, PeerRpc> all = new HashMap<>();
        Says hello = Says.of(LinkFrames.class, PeerRpcs::hello);
        put(all, RaftLinkGrpc.getLinkMethod(), PeerRpc.members(hello, hello));
        put(all, RaftLinkGrpc.getFetchEntriesMethod(), PeerRpc.ANONYMOUS);
        put(all, StateCheckGrpc.getGetStatesMethod(), PeerRpc.ANONYMOUS);
        put(
                all,
                MembershipGrpc.getJoinMethod(),
                PeerRpc.joining(
                        Says.of(JoinRequest.class, join -> List.of(Claim.node("node", join.getNode()))),
                        Says.of(JoinResponse.class, answer -> List.of(Claim.node("node", answer.getNode())))));
        put(
                all,
                MembershipGrpc.getProposeMethod(),
                PeerRpc.joining(Says.of(ProposeRequest.class, propose -> ownCommand(propose)), Says.NOTHING));
        put(
                all,
                GossipGrpc.getExchangeMethod(),
                PeerRpc.members(
                        Says.of(ExchangeRequest.class, PeerRpcs::gossip),
                        Says.of(ExchangeResponse.class, answer -> List.of(Claim.node("from", answer.getFrom())))));
        put(
                all,
                NodeServiceGrpc.getGetControlStateMethod(),
                PeerRpc.joining(
                        Says.of(GetControlStateRequest.class, ask -> List.of(Claim.node("node", ask.getNode()))),
                        Says.NOTHING));
        put(
                all,
                NodeServiceGrpc.getProposeControlMethod(),
                PeerRpc.members(
                        Says.of(ProposeControlRequest.class, propose -> Claim.of(propose.getCommand()).stream()
                                .toList()),
                        Says.NOTHING));
        put(all, NodeServiceGrpc.getForwardMethod(), PeerRpc.ANONYMOUS);
        put(all, NodeServiceGrpc.getFollowMethod(), PeerRpc.ANONYMOUS);
        put(all, NodeServiceGrpc.getReadChannelMethod(), PeerRpc.ANONYMOUS);
        put(all, NodeServiceGrpc.getChannelHeadMethod(), PeerRpc.ANONYMOUS);
        put(all, NodeServiceGrpc.getEmulateMethod(), PeerRpc.ANONYMOUS);
        put(all, NodeServiceGrpc.getChangePresenceMethod(), PeerRpc.ANONYMOUS);
        put(all, NodeServiceGrpc.getReadMembersMethod(), PeerRpc.ANONYMOUS);
        put(all, NodeServiceGrpc.getWatchMembersMethod(), PeerRpc.ANONYMOUS);
        put(all, NodeServiceGrpc.getSteerSessionsMethod(), PeerRpc.ANONYMOUS);
        put(all, NodeServiceGrpc.getDescribeEdgeMethod(), PeerRpc.ANONYMOUS);
        AdminGrpc.getServiceDescriptor().getMethods().forEach(method -> put(all, method, PeerRpc.ANONYMOUS));
        return Map.copyOf(all);
    }

    private static void put(Map<String, PeerRpc> all, MethodDescriptor<?, ?> method, PeerRpc rpc) {
        all.put(method.getFullMethodName(), rpc);
    }

    /** Only the first message has one, and only that one is looked at by who receives it. */
    private static List<Claim> hello(LinkFrames frames) {
        return frames.hasHello() ? List.of(Claim.node("hello", frames.getHello().getNode())) : List.of();
    }

    private static List<Claim> gossip(ExchangeRequest request) {
        Claim from = Claim.node("from", request.getFrom());
        return request.hasSelf()
                ? List.of(
                        from,
                        new Claim(
                                "self",
                                request.getSelf().getNode(),
                                request.getSelf().getRegion()))
                : List.of(from);
    }

    /** A node registers itself and says of itself that it drains; nothing else comes this way. */
    private static List<Claim> ownCommand(ProposeRequest propose) {
        var command = propose.getCommand();
        return switch (command.getCommandCase()) {
            case REGISTER_NODE -> Claim.of(command).stream().toList();
            case SET_DRAINING ->
                List.of(Claim.node("set_draining", command.getSetDraining().getNode()));
            default -> List.of(Claim.node("command", command.getCommandCase().name()));
        };
    }
}
