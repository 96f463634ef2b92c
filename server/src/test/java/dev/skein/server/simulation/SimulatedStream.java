package dev.skein.server.simulation;

import dev.skein.core.testing.Pipe;
import io.grpc.Attributes;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call from a process to another: both ends of it, joined by two pipes. Messages go through the marshallers of either end as
 * bytes, and are let in only as each end asks for them.
 *
 * @param <Q> request as the caller writes it
 * @param <R> response as the caller reads it
 */
final class SimulatedStream<Q, R> extends ClientCall<Q, R> {

    /** Messages on their way before an end says that it isn't ready. */
    private static final int READY_MAX = 8;

    private final MethodDescriptor<Q, R> method;
    private final Function<String, Optional<ServerMethodDefinition<?, ?>>> target;
    private final Pipe up;
    private final Pipe down;
    private final Runnable whenClosed;

    private @Nullable Listener<R> caller;
    private @Nullable Serving<?, ?> serving;
    private boolean closed;
    private final ArrayDeque<InputStream> toCaller = new ArrayDeque<>();
    private int callerWants;
    private int upUnderWay;
    private int downUnderWay;
    private @Nullable Runnable ending;

    /** @param target methods of the process that is called; empty when nobody listens there */
    SimulatedStream(
            MethodDescriptor<Q, R> method,
            Function<String, Optional<ServerMethodDefinition<?, ?>>> target,
            Pipe up,
            Pipe down,
            Runnable whenClosed) {
        this.method = method;
        this.target = target;
        this.up = up;
        this.down = down;
        this.whenClosed = whenClosed;
    }

    // ---- the caller's end

    @Override
    public void start(Listener<R> listener, Metadata headers) {
        caller = listener;
        up.send(() -> {
            Optional<ServerMethodDefinition<?, ?>> found = target.apply(method.getFullMethodName());
            if (found.isEmpty()) {
                breakUp();
            } else {
                serving = serve(found.get(), headers);
            }
        });
    }

    @Override
    public void request(int messages) {
        callerWants += messages;
        deliverToCaller();
    }

    @Override
    public void sendMessage(Q message) {
        InputStream bytes = method.streamRequest(message);
        upUnderWay++;
        up.send(() -> {
            Serving<?, ?> there = serving;
            if (there != null) {
                there.arrived(bytes);
            }
        });
    }

    @Override
    public void halfClose() {
        up.send(() -> {
            Serving<?, ?> there = serving;
            if (there != null) {
                there.halfClosed();
            }
        });
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        closeCaller(Status.CANCELLED.withDescription(message), new Metadata());
        up.send(this::cancelServing);
    }

    @Override
    public boolean isReady() {
        return !closed && upUnderWay < READY_MAX;
    }

    /** The connection breaks: what is under way is lost, both ends hear of it. */
    void breakUp() {
        up.breakUp();
        down.breakUp();
        cancelServing();
        closeCaller(Status.UNAVAILABLE.withDescription("the connection broke"), new Metadata());
    }

    private void cancelServing() {
        Serving<?, ?> there = serving;
        if (there != null) {
            there.cancelled();
        }
    }

    private void closeCaller(Status status, Metadata trailers) {
        Listener<R> listener = caller;
        if (!closed && listener != null) {
            closed = true;
            whenClosed.run();
            listener.onClose(status, trailers);
        }
    }

    private void deliverToCaller() {
        Listener<R> listener = caller;
        while (!closed && listener != null && callerWants > 0 && !toCaller.isEmpty()) {
            callerWants--;
            boolean wasFull = downUnderWay-- == READY_MAX;
            listener.onMessage(method.parseResponse(toCaller.remove()));
            Serving<?, ?> there = serving;
            if (wasFull && there != null) {
                down.send(there::ready);
            }
        }
        Runnable end = ending;
        if (end != null && toCaller.isEmpty()) {
            ending = null;
            end.run();
        }
    }

    private <A, B> Serving<A, B> serve(ServerMethodDefinition<A, B> definition, Metadata headers) {
        Serving<A, B> call = new Serving<>(definition.getMethodDescriptor());
        call.listener = definition.getServerCallHandler().startCall(call, headers);
        call.listener.onReady();
        call.deliver();
        return call;
    }

    // ---- the other end

    private final class Serving<A, B> extends ServerCall<A, B> {

        private final MethodDescriptor<A, B> described;
        private final ArrayDeque<InputStream> arrived = new ArrayDeque<>();
        private @Nullable Listener<A> listener;
        private int wants;
        private boolean halfClosed;
        private boolean over;
        private boolean cancelled;
        private boolean delivering;

        Serving(MethodDescriptor<A, B> described) {
            this.described = described;
        }

        void arrived(InputStream message) {
            arrived.add(message);
            deliver();
        }

        void halfClosed() {
            halfClosed = true;
            deliver();
        }

        void cancelled() {
            Listener<A> present = listener;
            if (!over && present != null) {
                over = true;
                cancelled = true;
                present.onCancel();
            }
        }

        void ready() {
            Listener<A> present = listener;
            if (!over && present != null && isReady()) {
                present.onReady();
            }
        }

        void deliver() {
            Listener<A> present = listener;
            if (present == null || delivering) {
                return;
            }
            delivering = true;
            while (!over && wants > 0 && !arrived.isEmpty()) {
                wants--;
                upUnderWay--;
                present.onMessage(described.parseRequest(arrived.remove()));
            }
            delivering = false;
            if (!over && halfClosed && arrived.isEmpty()) {
                halfClosed = false;
                present.onHalfClose();
            }
        }

        @Override
        public void request(int messages) {
            wants += messages;
            deliver();
        }

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(B message) {
            InputStream bytes = described.streamResponse(message);
            downUnderWay++;
            down.send(() -> {
                toCaller.add(bytes);
                deliverToCaller();
            });
        }

        @Override
        public boolean isReady() {
            return !over && downUnderWay < READY_MAX;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!over) {
                over = true;
                down.send(() -> {
                    ending = () -> closeCaller(status, trailers);
                    deliverToCaller();
                });
            }
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public MethodDescriptor<A, B> getMethodDescriptor() {
            return described;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.EMPTY;
        }
    }
}
