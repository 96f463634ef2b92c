package dev.skein.replication.link;

import dev.skein.proto.replication.v1.LinkFrame;
import dev.skein.proto.replication.v1.LinkFrames;
import dev.skein.replication.disk.DiskFitness;
import io.grpc.stub.CallStreamObserver;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The only writer of one stream's frames. Whatever waits is sent in one message as soon as the stream is ready; a heartbeat on
 * an idle stream waits a moment for others. It writes on the connection's event loop. The hello is sent before the writer starts.
 */
final class LinkWriter {

    private final CallStreamObserver<LinkFrames> stream;
    private final FrameQueue queue =
            new FrameQueue(LinkLimits.CONTROL_QUEUE_BYTES_MAX, LinkLimits.DATA_QUEUE_BYTES_MAX);
    private final LinkThreads threads;
    private final long heartbeatHoldNanos;
    private final DiskFitness disk;
    private final Supplier<List<String>> unheard;
    private final LinkMetrics.Peer metrics;
    private final Consumer<Throwable> onFailure;
    private final SerialTask drain;
    private final AtomicBoolean holding = new AtomicBoolean();

    LinkWriter(
            CallStreamObserver<LinkFrames> stream,
            Executor eventLoop,
            LinkThreads threads,
            long heartbeatHoldNanos,
            DiskFitness disk,
            Supplier<List<String>> unheard,
            LinkMetrics.Peer metrics,
            Consumer<Throwable> onFailure) {
        this.stream = stream;
        this.threads = threads;
        this.heartbeatHoldNanos = heartbeatHoldNanos;
        this.disk = disk;
        this.unheard = unheard;
        this.metrics = metrics;
        this.onFailure = onFailure;
        this.drain = new SerialTask(eventLoop, this::drain);
    }

    /** Queues a frame; false when the queue is full. */
    boolean send(LinkFrame frame) {
        if (!queue.offer(frame)) {
            return false;
        }
        if (frame.getKind() == LinkFrame.Kind.HEARTBEAT) {
            hold();
        } else {
            drain.signal();
        }
        return true;
    }

    void push(CommitPush push) {
        queue.push(push);
        drain.signal();
    }

    /** The stream can take more. */
    void ready() {
        drain.signal();
    }

    long queuedBytes() {
        return queue.bytes();
    }

    private void hold() {
        if (heartbeatHoldNanos == 0) {
            drain.signal();
        } else if (holding.compareAndSet(false, true)) {
            try {
                threads.timer.schedule(this::release, heartbeatHoldNanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                holding.set(false);
            }
        }
    }

    private void release() {
        holding.set(false);
        drain.signal();
    }

    private void drain() {
        try {
            while (stream.isReady()) {
                List<LinkFrame> frames = queue.poll(LinkLimits.MESSAGE_BYTES);
                if (frames.isEmpty()) {
                    return;
                }
                LinkFrames message = LinkFrames.newBuilder()
                        .addAllFrames(frames)
                        .setReluctant(!disk.wantsLeadership())
                        .addAllUnheard(unheard.get())
                        .build();
                stream.onNext(message);
                metrics.sent(frames.size(), message.getSerializedSize());
            }
        } catch (RuntimeException e) {
            onFailure.accept(e);
        }
    }
}
