package dev.skein.benchmarks.system;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.Ping;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.Subscribe;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Speaks the client protocol to one node with as little work as possible: each subscription is a stream of its own, thousands of them share a few
 * connections and one thread. Publishes go over one more stream.
 */
final class StreamClient implements TargetClient {

    private static final MethodDescriptor<ClientFrame, FrameSummary> SESSION =
            MessagingGrpc.getSessionMethod().toBuilder(
                            MessagingGrpc.getSessionMethod().getRequestMarshaller(), FrameSummary.MARSHALLER)
                    .build();
    private static final int FRAME_BYTES_MAX = 4 << 20;
    private static final int REQUESTED_AHEAD = 1 << 30;
    private static final long START_SECONDS = 60;

    /** A server of the timing {@code lan} wants a sign of life every 500 ms. */
    private static final int PING_MILLIS = 500;

    /** Signs of life are spread over the time between them, as those of separate clients would be. */
    private static final int PING_TURNS = 10;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("stream-client", true), NioIoHandler.newFactory());
    private final ScheduledExecutorService pings = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "stream-pings");
        thread.setDaemon(true);
        return thread;
    });
    private final List<ManagedChannel> connections = new ArrayList<>();
    private final List<Stream> streams = new ArrayList<>();
    private final AtomicInteger nextConnection = new AtomicInteger();
    private final AtomicLong nextRequest = new AtomicLong();
    private final Map<Long, Pending> unanswered = new ConcurrentHashMap<>();
    private final Stream publishing;

    /** Of the pinging thread. */
    private int pingTurn;

    /** Why the first stream ended that did; an end by ourselves doesn't matter any more. */
    private volatile Status firstEnd = Status.OK;

    private record Pending(long token, AckListener listener) {}

    private final String channelPrefix;

    /** @param channelPrefix put before each channel's name */
    StreamClient(String endpoint, String channelPrefix, int connectionCount) {
        this.channelPrefix = channelPrefix;
        for (int i = 0; i < connectionCount; i++) {
            connections.add(NettyChannelBuilder.forTarget("dns:///" + endpoint)
                    .eventLoopGroup(loop)
                    .channelType(NioSocketChannel.class)
                    .proxyDetector(address -> null)
                    .directExecutor()
                    .usePlaintext()
                    .maxInboundMessageSize(FRAME_BYTES_MAX)
                    .disableRetry()
                    .build());
        }
        publishing = new Stream(this::answered);
        pings.scheduleAtFixedRate(this::pingSome, PING_MILLIS, PING_MILLIS / PING_TURNS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void publish(String channel, byte[] payload, long token, AckListener listener) {
        long request = nextRequest.incrementAndGet();
        unanswered.put(request, new Pending(token, listener));
        publishing.send(ClientFrame.newBuilder()
                .setPublish(Publish.newBuilder()
                        .setRequestId(request)
                        .setChannel(channelPrefix + channel)
                        .addMessages(MessageBody.newBuilder().setPayload(ByteString.copyFrom(payload))))
                .build());
    }

    private void answered(FrameSummary summary) {
        if (summary.kind() != ServerFrame.RECEIPTS_FIELD_NUMBER) {
            return;
        }
        try {
            var receipts = ServerFrame.parseFrom(summary.frame()).getReceipts();
            Pending pending = unanswered.remove(receipts.getRequestId());
            if (pending != null && receipts.hasError()) {
                pending.listener.failed(
                        pending.token,
                        new IOException(receipts.getError().getReason().name()));
            } else if (pending != null) {
                pending.listener.acked(pending.token);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public AutoCloseable subscribe(List<String> channels, From from, Receiver receiver) throws IOException {
        CountDownLatch started = new CountDownLatch(channels.size());
        for (String channel : channels) {
            Stream stream = new Stream(summary -> received(summary, started, receiver));
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
                throw new IOException(started.getCount() + " subscriptions did not start; ended streams: " + firstEnd);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while subscribing", e);
        }
    }

    private void pingSome() {
        pingTurn = (pingTurn + 1) % PING_TURNS;
        ClientFrame ping =
                ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build();
        synchronized (streams) {
            for (int i = pingTurn; i < streams.size(); i += PING_TURNS) {
                streams.get(i).send(ping);
            }
        }
    }

    @Override
    public void close() {
        pings.shutdownNow();
        connections.forEach(ManagedChannel::shutdownNow);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Told of a stream's frames, on the event loop. */
    private interface Frames {
        void onFrame(FrameSummary summary);
    }

    /** One session. Sending is guarded by its own lock; a call is not thread-safe. */
    private final class Stream extends ClientCall.Listener<FrameSummary> {

        private final ClientCall<ClientFrame, FrameSummary> call;
        private final Frames frames;
        private boolean ended;

        Stream(Frames frames) {
            this.frames = frames;
            int connection = nextConnection.getAndIncrement() % connections.size();
            this.call = connections.get(connection).newCall(SESSION, CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.request(REQUESTED_AHEAD);
            send(ClientFrame.newBuilder()
                    .setHello(Hello.newBuilder().setVersion(1).setAgent("skein-bench"))
                    .build());
            synchronized (streams) {
                streams.add(this);
            }
        }

        synchronized void send(ClientFrame frame) {
            if (!ended) {
                call.sendMessage(frame);
            }
        }

        @Override
        public void onMessage(FrameSummary summary) {
            frames.onFrame(summary);
        }

        @Override
        public synchronized void onClose(Status status, Metadata trailers) {
            ended = true;
            if (firstEnd.isOk()) {
                firstEnd = status;
            }
        }
    }
}
