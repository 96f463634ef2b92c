package dev.skein.router;

import dev.skein.core.Checks;
import dev.skein.proto.client.v1.ProbeRequest;
import dev.skein.proto.client.v1.ProbeResponse;
import dev.skein.proto.client.v1.RegionRtt;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.client.v1.RoutingGrpc;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Routing's wire side. */
final class RoutingService extends RoutingGrpc.RoutingImplBase {

    private static final int NAME_LENGTH_MAX = 128;
    private static final int PROBES_MAX = 64;
    private static final int FAILED_NODES_MAX = 256;

    private final RouterNode router;
    private final String node;
    private final String region;

    RoutingService(RouterNode router, String node, String region) {
        this.router = router;
        this.node = node;
        this.region = region;
    }

    @Override
    public void resolve(ResolveRequest request, StreamObserver<RouteTable> client) {
        if (isSound(request, client)) {
            client.onNext(router.resolve(request));
            client.onCompleted();
        }
    }

    @Override
    public void watchRoutes(ResolveRequest request, StreamObserver<RouteTable> client) {
        if (!isSound(request, client)) {
            return;
        }
        RouteStream stream = new RouteStream((ServerCallStreamObserver<RouteTable>) client);
        try {
            stream.follows(router.watch(request, stream::changed));
        } catch (IllegalStateException tooMany) {
            client.onError(Errors.toStatus(Errors.of(Reason.REASON_OVERLOADED, tooMany.getMessage())));
        }
    }

    @Override
    public void probe(ProbeRequest request, StreamObserver<ProbeResponse> client) {
        client.onNext(ProbeResponse.newBuilder()
                .setNonce(request.getNonce())
                .setNode(node)
                .setRegion(region)
                .build());
        client.onCompleted();
    }

    private static boolean isSound(ResolveRequest request, StreamObserver<RouteTable> client) {
        try {
            check(request);
            return true;
        } catch (IllegalArgumentException unsound) {
            client.onError(Errors.toStatus(Errors.of(Reason.REASON_INVALID_ARGUMENT, unsound.getMessage())));
            return false;
        }
    }

    private static void check(ResolveRequest request) {
        checkName("client_id", request.getClientId());
        checkName("client_region", request.getClientRegion());
        checkName("current_region", request.getCurrentRegion());
        Checks.check(
                request.getProbesCount() <= PROBES_MAX, "probes", request.getProbesCount(), "at most " + PROBES_MAX);
        for (RegionRtt probe : request.getProbesList()) {
            checkName("probes.region", probe.getRegion());
        }
        Checks.check(
                request.getFailedNodesCount() <= FAILED_NODES_MAX,
                "failed_nodes",
                request.getFailedNodesCount(),
                "at most " + FAILED_NODES_MAX);
        request.getFailedNodesList().forEach(name -> checkName("failed_nodes", name));
    }

    private static void checkName(String name, String value) {
        String expected = "at most " + NAME_LENGTH_MAX + " characters";
        Checks.check(value.length() <= NAME_LENGTH_MAX, name, value.length() + " characters", expected);
    }
}
