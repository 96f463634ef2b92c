package dev.skein.client.simulation;

import dev.skein.client.Reason;
import dev.skein.client.SkeinException;
import dev.skein.client.internal.core.Dialer;
import dev.skein.client.internal.core.SectionFrame;
import dev.skein.client.internal.core.SessionLink;
import dev.skein.core.testing.Pipe;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.ServerFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** A stream between the client and a server, which may stall, fall silent or break. */
final class SimulatedStream implements SessionLink {

    private final String endpoint;
    private final Dialer.Events events;
    private final Consumer<Runnable> clientLoop;
    private final Pipe up;
    private final Pipe down;
    private ModelSession server;
    private boolean closed;

    SimulatedStream(String endpoint, Dialer.Events events, Consumer<Runnable> clientLoop, Pipe up, Pipe down) {
        this.endpoint = endpoint;
        this.events = events;
        this.clientLoop = clientLoop;
        this.up = up;
        this.down = down;
        this.server = ModelSession.NOBODY;
    }

    void open(ModelNode node) {
        up.send(() -> {
            if (node.isUp()) {
                server = node.accept(this);
            } else {
                breakUp();
            }
        });
        send(ClientFrame.newBuilder().setHello(Hello.newBuilder().setVersion(1)).build());
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public void send(ClientFrame frame) {
        up.send(() -> server.heard(frame));
    }

    @Override
    public void send(SectionFrame frame) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            frame.writeTo(bytes);
            send(ClientFrame.parseFrom(bytes.toByteArray()));
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    @Override
    public void close() {
        closed = true;
        up.send(() -> server.end());
    }

    boolean isOpen() {
        return !closed && server.isOpen();
    }

    // ---- the server's end

    void toClient(ServerFrame frame) {
        down.send(() -> clientLoop.accept(() -> {
            if (!closed) {
                events.frame(this, frame);
            }
        }));
    }

    /** What is under way is lost; both ends hear of it. */
    void breakUp() {
        up.breakUp();
        down.breakUp();
        server.end();
        clientLoop.accept(() -> {
            if (!closed) {
                closed = true;
                events.ended(this, new SkeinException(Reason.UNAVAILABLE, "the stream broke", false));
            }
        });
    }
}
