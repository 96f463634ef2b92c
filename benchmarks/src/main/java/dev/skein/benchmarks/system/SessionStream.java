package dev.skein.benchmarks.system;

import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.Ping;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.function.Consumer;

/** One session, spoken with as little work as possible. Sending is guarded by its own lock; a call is not thread-safe. */
final class SessionStream extends ClientCall.Listener<FrameSummary> {

    private static final MethodDescriptor<ClientFrame, FrameSummary> SESSION =
            MessagingGrpc.getSessionMethod().toBuilder(
                            MessagingGrpc.getSessionMethod().getRequestMarshaller(), FrameSummary.MARSHALLER)
                    .build();
    private static final ClientFrame PING =
            ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build();
    private static final int REQUESTED_AHEAD = 1 << 30;

    private final ClientCall<ClientFrame, FrameSummary> call;
    private final Frames frames;
    private final Consumer<Status> onEnd;
    private boolean ended;

    /** Told of a stream's frames, on the event loop. */
    interface Frames {
        void onFrame(FrameSummary summary);
    }

    SessionStream(ManagedChannel connection, Frames frames, Consumer<Status> onEnd) {
        this.frames = frames;
        this.onEnd = onEnd;
        this.call = connection.newCall(SESSION, CallOptions.DEFAULT);
        call.start(this, new Metadata());
        call.request(REQUESTED_AHEAD);
        send(ClientFrame.newBuilder()
                .setHello(Hello.newBuilder().setVersion(1).setAgent("skein-bench"))
                .build());
    }

    /** Sends, and lets the frame wait in memory where the connection has no room. */
    synchronized void send(ClientFrame frame) {
        if (!ended) {
            call.sendMessage(frame);
        }
    }

    /** Sends if the connection has room; answers whether it did. */
    synchronized boolean offer(ClientFrame frame) {
        boolean room = !ended && call.isReady();
        if (room) {
            call.sendMessage(frame);
        }
        return room;
    }

    void ping() {
        send(PING);
    }

    @Override
    public void onMessage(FrameSummary summary) {
        frames.onFrame(summary);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        synchronized (this) {
            ended = true;
        }
        onEnd.accept(status);
    }
}
