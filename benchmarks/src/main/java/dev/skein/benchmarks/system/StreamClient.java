package dev.skein.benchmarks.system;

import com.google.protobuf.ByteString;
import dev.skein.benchmarks.system.PublishFrames.Answer;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.Subscribe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Speaks the client protocol to one node with as little work as possible: each subscription is a stream of its own, thousands of them share a few
 * connections and one thread. Publishes go over one more stream.
 */
final class StreamClient implements TargetClient {

    private static final long START_SECONDS = 60;

    private final Sessions sessions;
    private final AtomicLong nextRequest = new AtomicLong();
    private final Map<Long, Pending> unanswered = new ConcurrentHashMap<>();
    private final SessionStream publishing;
    private final String channelPrefix;

    private record Pending(long token, AckListener listener) {}

    /** @param channelPrefix put before each channel's name */
    StreamClient(String endpoint, String channelPrefix, int connectionCount) {
        this.channelPrefix = channelPrefix;
        this.sessions = new Sessions(List.of(endpoint), connectionCount);
        this.publishing = sessions.open(this::answered);
    }

    @Override
    public Outlet outlet(String channel) {
        String name = channelPrefix + channel;
        return (payload, token, listener) -> {
            long request = nextRequest.incrementAndGet();
            unanswered.put(request, new Pending(token, listener));
            publishing.send(PublishFrames.publish(request, name, List.of(ByteString.copyFrom(payload))));
        };
    }

    private void answered(FrameSummary summary) {
        if (summary.kind() != ServerFrame.RECEIPTS_FIELD_NUMBER) {
            return;
        }
        Answer answer = PublishFrames.answer(summary);
        Pending pending = unanswered.remove(answer.request());
        if (pending != null && answer.isRefused()) {
            pending.listener.failed(pending.token, new IOException(answer.reason()));
        } else if (pending != null) {
            pending.listener.acked(pending.token);
        }
    }

    @Override
    public AutoCloseable subscribe(List<String> channels, From from, Receiver receiver) throws IOException {
        CountDownLatch started = new CountDownLatch(channels.size());
        for (String channel : channels) {
            SessionStream stream = sessions.open(summary -> received(summary, started, receiver));
            stream.send(ClientFrame.newBuilder()
                    .setSubscribe(Subscribe.newBuilder()
                            .setSubscriptionId(1)
                            .setChannel(channelPrefix + channel)
                            .setDemand(Long.MAX_VALUE)
                            .setStart(
                                    from == From.BEGINNING
                                            ? Start.newBuilder().setSerial(1)
                                            : Start.newBuilder().setLatest(true)))
                    .build());
        }
        await(started);
        return () -> {};
    }

    private static void received(FrameSummary summary, CountDownLatch started, Receiver receiver) {
        if (summary.kind() == ServerFrame.SUBSCRIBED_FIELD_NUMBER) {
            started.countDown();
        }
        for (ByteBuffer payload : summary.payloads()) {
            receiver.received(payload);
        }
    }

    private void await(CountDownLatch started) throws IOException {
        try {
            if (!started.await(START_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(
                        started.getCount() + " subscriptions did not start; ended streams: " + sessions.firstEnd());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while subscribing", e);
        }
    }

    @Override
    public void close() {
        sessions.close();
    }
}
