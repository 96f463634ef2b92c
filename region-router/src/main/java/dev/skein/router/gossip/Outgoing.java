package dev.skein.router.gossip;

import dev.skein.proto.gossip.v1.ExchangeRequest;

/**
 * A request to send. Each one is answered to the core once, as a response or as a failure.
 *
 * @param address host:port of the peer
 * @param sameRegion whether the peer is known to be near
 */
public record Outgoing(String address, boolean sameRegion, ExchangeRequest request) {}
