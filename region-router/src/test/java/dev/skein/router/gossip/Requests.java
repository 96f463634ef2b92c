package dev.skein.router.gossip;

import dev.skein.proto.gossip.v1.ExchangeRequest;
import dev.skein.proto.gossip.v1.MemberRecord;

/** Requests as honest and other peers send them. */
final class Requests {

    private Requests() {}

    static ExchangeRequest from(MemberRecord self) {
        return ExchangeRequest.newBuilder()
                .setClusterId("cluster-1")
                .setFrom(self.getNode())
                .setSelf(self)
                .build();
    }

    static MemberRecord record(String node, long incarnation, long version) {
        return MemberRecord.newBuilder()
                .setNode(node)
                .setIncarnation(incarnation)
                .setVersion(version)
                .setFactsVersion(version)
                .setRegion("eu")
                .setZone("a")
                .setPeerAddress(GossipWorld.address(node))
                .setClientAddress(GossipWorld.address(node))
                .build();
    }
}
