package dev.skein.systemtests.badinput;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.Ping;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.error.v1.Error;
import dev.skein.wire.Errors;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A session that sends what the client library never would. It pings by itself; it takes nothing more once told so. Thread-safe. */
final class RawSession implements AutoCloseable {

    private static final long PING_MILLIS = 300;

    private final ManagedChannel channel;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Queue<ServerFrame> heard = new ConcurrentLinkedQueue<>();
    private final ClientCallStreamObserver<ClientFrame> out;
    private volatile boolean taking = true;
    private volatile Throwable failure;

    private RawSession(String endpoint) {
        channel = NettyChannelBuilder.forTarget(endpoint)
                .proxyDetector(address -> null)
                .usePlaintext()
                .build();
        out = (ClientCallStreamObserver<ClientFrame>)
                MessagingGrpc.newStub(channel).session(new Ear());
    }

    /** Opens one and says hello. */
    static RawSession at(String endpoint) {
        RawSession session = new RawSession(endpoint);
        session.send(ClientFrame.newBuilder().setHello(Hello.newBuilder().setVersion(1)));
        eventually(() -> assertTrue(session.heard.stream().anyMatch(ServerFrame::hasWelcome), "no welcome"));
        ClientFrame.Builder ping =
                ClientFrame.newBuilder().setPing(Ping.newBuilder().setNonce(1));
        session.clock.scheduleAtFixedRate(() -> session.send(ping), 0, PING_MILLIS, TimeUnit.MILLISECONDS);
        return session;
    }

    /** Publishes one message. */
    static Publish.Builder publish(long request, String channel, String text) {
        return Publish.newBuilder()
                .setRequestId(request)
                .setSection(Section.newBuilder()
                        .addChannels(ChannelMessages.newBuilder()
                                .setChannel(channel)
                                .addMessages(MessageBody.newBuilder().setPayload(ByteString.copyFromUtf8(text)))));
    }

    void send(Publish.Builder publish) {
        send(ClientFrame.newBuilder().setPublish(publish));
    }

    /** Subscribes from the beginning, with demand without end. */
    void subscribe(int id, String channelName) {
        send(ClientFrame.newBuilder()
                .setSubscribe(Subscribe.newBuilder()
                        .setSubscriptionId(id)
                        .setChannel(channelName)
                        .setStart(Start.newBuilder().setSerial(1))
                        .setDemand(Integer.MAX_VALUE)));
    }

    /** Reads nothing from the transport any more; what the server sends piles up there. */
    void stopTaking() {
        taking = false;
    }

    /** Takes what has piled up, and goes on. */
    void takeAgain() {
        taking = true;
        out.request(1);
    }

    /** The refusal of a publish, awaited. */
    Error refusal(long request) {
        return awaited(frame -> frame.hasReceipts() && frame.getReceipts().getRequestId() == request)
                .getReceipts()
                .getError();
    }

    /** Why a subscription was refused, awaited. */
    Error closed(int id) {
        return awaited(frame -> frame.hasSubscriptionClosed()
                        && frame.getSubscriptionClosed().getSubscriptionId() == id)
                .getSubscriptionClosed()
                .getError();
    }

    /** Why the server ended the stream, awaited; empty when it gave none of Skein's reasons. */
    Optional<Error> end() {
        eventually(() -> assertTrue(failure != null, "the stream still stands"));
        return Optional.ofNullable(Errors.fromThrowable(failure));
    }

    /** The gRPC status the stream ended with. */
    Status status() {
        return Status.fromThrowable(failure);
    }

    private ServerFrame awaited(Predicate<ServerFrame> wanted) {
        eventually(() -> assertTrue(heard.stream().anyMatch(wanted), () -> "heard only " + List.copyOf(heard)));
        return heard.stream().filter(wanted).findFirst().orElseThrow();
    }

    private synchronized void send(ClientFrame.Builder frame) {
        if (failure == null) {
            out.onNext(frame.build());
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        channel.shutdownNow();
    }

    private final class Ear implements ClientResponseObserver<ClientFrame, ServerFrame> {

        @Override
        public void beforeStart(ClientCallStreamObserver<ClientFrame> call) {
            call.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(ServerFrame frame) {
            heard.add(frame);
            if (taking) {
                out.request(1);
            }
        }

        @Override
        public void onError(Throwable why) {
            failure = why;
        }

        @Override
        public void onCompleted() {
            failure = Status.OK.asRuntimeException();
        }
    }
}
