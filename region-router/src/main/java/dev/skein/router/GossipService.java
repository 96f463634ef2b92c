package dev.skein.router;

import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.gossip.v1.ExchangeRequest;
import dev.skein.proto.gossip.v1.ExchangeResponse;
import dev.skein.proto.gossip.v1.GossipGrpc;
import dev.skein.router.gossip.ExchangeAnswer;
import dev.skein.wire.Errors;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** Gossip's wire side: hands requests to the router's thread and its answers back. */
final class GossipService extends GossipGrpc.GossipImplBase {

    private final RouterLoop loop;
    private final Function<ExchangeRequest, ExchangeAnswer> core;

    GossipService(RouterLoop loop, Function<ExchangeRequest, ExchangeAnswer> core) {
        this.loop = loop;
        this.core = core;
    }

    @Override
    public void exchange(ExchangeRequest request, StreamObserver<ExchangeResponse> caller) {
        if (!loop.offer(() -> answer(request, caller))) {
            caller.onError(
                    Errors.toStatus(Errors.of(Reason.REASON_OVERLOADED, "the router's inbox is full or closed")));
        }
    }

    private void answer(ExchangeRequest request, StreamObserver<ExchangeResponse> caller) {
        ExchangeAnswer answer = core.apply(request);
        if (answer instanceof ExchangeAnswer.Accepted accepted) {
            caller.onNext(accepted.response());
            caller.onCompleted();
        } else if (answer instanceof ExchangeAnswer.Refused refused) {
            caller.onError(Errors.toStatus(refused.error()));
        }
    }
}
