package dev.skein.replication.host;

import dev.skein.proto.replication.v1.FetchEntriesRequest;
import dev.skein.proto.replication.v1.FetchedEntries;
import dev.skein.proto.replication.v1.LinkFrames;
import dev.skein.proto.replication.v1.RaftLinkGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * The links' service before there are links: a node serves its port before it knows under which identity it takes part, so that
 * others can ask it. Until then peers are told to come back.
 */
final class LateLinkService extends RaftLinkGrpc.RaftLinkImplBase {

    private volatile RaftLinkGrpc.@Nullable RaftLinkImplBase links;

    /** From now on calls go to the links. */
    void open(RaftLinkGrpc.RaftLinkImplBase service) {
        links = service;
    }

    @Override
    public StreamObserver<LinkFrames> link(StreamObserver<LinkFrames> responses) {
        RaftLinkGrpc.RaftLinkImplBase service = links;
        if (service != null) {
            return service.link(responses);
        }
        responses.onError(starting());
        return new Ignored();
    }

    @Override
    public void fetchEntries(FetchEntriesRequest request, StreamObserver<FetchedEntries> responses) {
        RaftLinkGrpc.RaftLinkImplBase service = links;
        if (service != null) {
            service.fetchEntries(request, responses);
        } else {
            responses.onError(starting());
        }
    }

    private static StatusRuntimeException starting() {
        return Status.UNAVAILABLE.withDescription("the node is starting").asRuntimeException();
    }

    /** Takes what the peer sent before it heard. */
    private static final class Ignored implements StreamObserver<LinkFrames> {

        @Override
        public void onNext(LinkFrames frames) {}

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {}
    }
}
