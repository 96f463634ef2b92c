package dev.skein.replication.link;

import dev.skein.proto.replication.v1.FetchEntriesRequest;
import dev.skein.proto.replication.v1.FetchedEntries;
import dev.skein.proto.replication.v1.LinkFrames;
import dev.skein.proto.replication.v1.RaftLinkGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicInteger;

/** The gRPC service of the links. */
final class LinkService extends RaftLinkGrpc.RaftLinkImplBase {

    private final LinkSetup setup;
    private final RaftRequests requests;
    private final InboundLinks links;
    private final AtomicInteger fetches = new AtomicInteger();

    LinkService(LinkSetup setup, RaftRequests requests, InboundLinks links) {
        this.setup = setup;
        this.requests = requests;
        this.links = links;
    }

    @Override
    public StreamObserver<LinkFrames> link(StreamObserver<LinkFrames> responses) {
        return new InboundLink(setup, (ServerCallStreamObserver<LinkFrames>) responses, requests, links);
    }

    @Override
    public void fetchEntries(FetchEntriesRequest request, StreamObserver<FetchedEntries> responses) {
        if (fetches.incrementAndGet() > LinkLimits.FETCHES_MAX) {
            fetches.decrementAndGet();
            responses.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("too many fetches of entries")
                    .asRuntimeException());
            return;
        }
        new EntryServing(
                        request,
                        (ServerCallStreamObserver<FetchedEntries>) responses,
                        setup.environment().entries(),
                        setup.threads().disk,
                        fetches::decrementAndGet)
                .start();
    }
}
