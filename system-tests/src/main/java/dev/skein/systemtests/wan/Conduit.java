package dev.skein.systemtests.wan;

import dev.skein.systemtests.wan.DelayLine.Parcel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection: reads from a source channel, keeps the bytes for the path's delay, writes to a sink channel.
 * Runs on the emulator's loop only.
 *
 * <p>A cut path delivers nothing and tells nobody: bytes, connects and closes alike wait in the line. The line is bounded by not
 * reading from the source any more, so that a sender sees what it would see on a real dead way: its own full window.
 */
final class Conduit {

    private final Path path;
    private final Pacemaker pacemaker;
    private final LongSupplier clock;
    private final int bufferBytesMax;
    private final DelayLine line = new DelayLine();
    private @Nullable Channel source;
    private @Nullable Channel sink;

    /** At most one wake-up is scheduled; heads only get later, so it is never too late. */
    private boolean wakePending;

    Conduit(Path path, Pacemaker pacemaker, LongSupplier clock, int bufferBytesMax) {
        this.path = path;
        this.pacemaker = pacemaker;
        this.clock = clock;
        this.bufferBytesMax = bufferBytesMax;
        path.join(this);
    }

    void source(Channel channel) {
        source = channel;
    }

    void sink(Channel channel) {
        sink = channel;
        drain();
    }

    /** Sends bytes on their way; takes over the buffer. Call {@link #drain} after the last of a read. */
    void send(ByteBuf bytes) {
        long now = clock.getAsLong();
        long due = path.arrivalNanos(now, bytes.readableBytes());
        boolean waits = due > now || path.isCut();
        line.add(new Parcel.Bytes(waits ? trimmed(bytes) : bytes), due);
        if (line.queuedBytes() > bufferBytesMax) {
            read(false);
        }
    }

    /** Something that happens at the far end when it has travelled there. */
    void mark(Runnable arrival) {
        line.add(new Parcel.Mark(arrival), path.arrivalNanos(clock.getAsLong(), 0));
        drain();
    }

    /** Delivers what is due and schedules the rest. */
    void drain() {
        long now = clock.getAsLong();
        boolean wrote = false;
        while (mayDeliver()) {
            Parcel parcel = line.take(now);
            if (parcel == null) {
                break;
            }
            wrote |= deliver(parcel);
        }
        if (wrote && sink != null) {
            sink.flush();
        }
        if (line.queuedBytes() <= bufferBytesMax / 2) {
            read(true);
        }
        scheduleWake();
    }

    /** The path is whole again. */
    void resume(long floorNanos) {
        line.holdUntil(floorNanos);
        scheduleWake();
    }

    /** The connection is gone at both ends. */
    void discard() {
        line.clear();
        path.leave(this);
    }

    long queuedBytes() {
        return line.queuedBytes();
    }

    int queuedParcels() {
        return line.size();
    }

    private boolean mayDeliver() {
        if (path.isCut()) {
            return false;
        }
        if (line.head() instanceof Parcel.Bytes) {
            return sink != null && (sink.isWritable() || !sink.isActive());
        }
        return !line.isEmpty();
    }

    private boolean deliver(Parcel parcel) {
        if (parcel instanceof Parcel.Mark mark) {
            mark.arrival().run();
            return false;
        }
        ByteBuf bytes = ((Parcel.Bytes) parcel).content();
        if (sink == null || !sink.isActive()) {
            bytes.release();
            return false;
        }
        sink.write(bytes, sink.voidPromise());
        return true;
    }

    private void scheduleWake() {
        if (wakePending || !mayDeliver()) {
            return;
        }
        wakePending = true;
        pacemaker.at(line.headDueNanos(), this::wake);
    }

    private void wake() {
        wakePending = false;
        drain();
    }

    private void read(boolean on) {
        if (source != null && source.isActive() && source.config().isAutoRead() != on) {
            source.config().setAutoRead(on);
        }
    }

    /** A small read keeps its large receive buffer alive; what has to wait is copied to its size. */
    private static ByteBuf trimmed(ByteBuf bytes) {
        if (bytes.readableBytes() >= bytes.capacity() / 2) {
            return bytes;
        }
        try {
            return bytes.alloc().heapBuffer(bytes.readableBytes()).writeBytes(bytes);
        } finally {
            bytes.release();
        }
    }
}
