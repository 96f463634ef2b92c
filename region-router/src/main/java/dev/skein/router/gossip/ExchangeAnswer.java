package dev.skein.router.gossip;

import dev.skein.proto.error.v1.Error;
import dev.skein.proto.gossip.v1.ExchangeResponse;

/** What a peer's request gets. */
public sealed interface ExchangeAnswer {

    /** The peer is one of us. */
    record Accepted(ExchangeResponse response) implements ExchangeAnswer {}

    /** The peer is not, or what it sent makes no sense. */
    record Refused(Error error) implements ExchangeAnswer {}
}
