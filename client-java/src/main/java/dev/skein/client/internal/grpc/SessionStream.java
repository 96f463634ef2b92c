package dev.skein.client.internal.grpc;

import dev.skein.client.Reason;
import dev.skein.client.SkeinException;
import dev.skein.client.internal.core.Dialer;
import dev.skein.client.internal.core.Failures;
import dev.skein.client.internal.core.SectionFrame;
import dev.skein.client.internal.core.SessionLink;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.ServerFrame;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One session stream over a connection of its own, so that giving up the stream gives up a stuck connection too. */
public final class SessionStream implements SessionLink, ClientResponseObserver<FrameCodec.Outgoing, ServerFrame> {

    private final String endpoint;
    private final ManagedChannel channel;
    private final Executor loop;
    private final Dialer.Events events;

    private @Nullable ClientCallStreamObserver<FrameCodec.Outgoing> out;
    private boolean over;

    private SessionStream(String endpoint, ManagedChannel channel, Executor loop, Dialer.Events events) {
        this.endpoint = endpoint;
        this.channel = channel;
        this.loop = loop;
        this.events = events;
    }

    /** Opens session streams; the Hello is made anew for each. */
    public static Dialer dialer(Transport transport, Executor loop, Supplier<Hello> hello) {
        return (endpoint, events) -> {
            SessionStream stream = new SessionStream(endpoint, transport.open(endpoint), loop, events);
            ClientCalls.asyncBidiStreamingCall(stream.channel.newCall(FrameCodec.SESSION, CallOptions.DEFAULT), stream);
            stream.send(ClientFrame.newBuilder().setHello(hello.get()).build());
            return stream;
        };
    }

    /** The connection, for requests beside the stream. */
    public io.grpc.Channel channel() {
        return channel;
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public void send(ClientFrame frame) {
        send(new FrameCodec.Small(frame));
    }

    @Override
    public void send(SectionFrame frame) {
        send(new FrameCodec.Large(frame));
    }

    private void send(FrameCodec.Outgoing frame) {
        if (!over && out != null) {
            out.onNext(frame);
        }
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            if (out != null) {
                out.cancel("the client leaves this session", null);
            }
            channel.shutdownNow();
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<FrameCodec.Outgoing> out) {
        this.out = out;
    }

    @Override
    public void onNext(ServerFrame frame) {
        loop.execute(() -> {
            if (!over) {
                events.frame(this, frame);
            }
        });
    }

    @Override
    public void onError(Throwable failure) {
        loop.execute(() -> end(Failures.of(failure)));
    }

    @Override
    public void onCompleted() {
        loop.execute(() -> end(new SkeinException(Reason.UNAVAILABLE, "the node ended the session", false)));
    }

    private void end(SkeinException cause) {
        if (!over) {
            over = true;
            channel.shutdownNow();
            events.ended(this, cause);
        }
    }
}
