package dev.skein.server.session;

import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Wire in: carries a stream's events onto its session's loop. Called on the event loop. */
final class SessionInlet implements StreamObserver<Inbound> {

    /** Null when the session was refused; then nothing that comes matters. */
    private volatile @Nullable Session session;

    void attach(Session opened) {
        session = opened;
    }

    @Override
    public void onNext(Inbound frame) {
        Session present = session;
        if (present != null) {
            present.loop().execute(() -> present.received(frame));
        }
    }

    @Override
    public void onError(Throwable failure) {
        gone();
    }

    @Override
    public void onCompleted() {
        onLoop(Session::finished);
    }

    void ready() {
        onLoop(Session::ready);
    }

    void gone() {
        onLoop(Session::gone);
    }

    private void onLoop(Consumer<Session> event) {
        Session present = session;
        if (present != null) {
            present.loop().execute(() -> event.accept(present));
        }
    }
}
