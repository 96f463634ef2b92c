package dev.skein.server.session;

import dev.skein.proto.error.v1.Error;
import dev.skein.wire.Errors;
import io.grpc.stub.ServerCallStreamObserver;

/** A gRPC stream under a session. */
final class StreamTransport implements SessionTransport {

    private final ServerCallStreamObserver<FrameBytes> out;
    private boolean ended;

    StreamTransport(ServerCallStreamObserver<FrameBytes> out) {
        this.out = out;
    }

    @Override
    public boolean isReady() {
        return out.isReady();
    }

    @Override
    public void send(FrameBytes frame) {
        if (!ended && !out.isCancelled()) {
            out.onNext(frame);
        }
    }

    @Override
    public void request(int frames) {
        out.request(frames);
    }

    @Override
    public void fail(Error error) {
        if (!ended) {
            ended = true;
            out.onError(Errors.toStatus(error));
        }
    }

    @Override
    public void complete() {
        if (!ended) {
            ended = true;
            out.onCompleted();
        }
    }
}
