package dev.skein.systemtests.traffic;

import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.Ping;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A session with endless demand that takes nothing, although it says that it is alive. Thread-safe. */
public final class StalledSubscriber implements AutoCloseable {

    private static final long PING_MILLIS = 300;
    private static final long REASON_SECONDS = 15;

    private final ManagedChannel channel;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "stalled-subscriber");
        thread.setDaemon(true);
        return thread;
    });
    private final CompletableFuture<Throwable> end = new CompletableFuture<>();
    private final ClientCallStreamObserver<ClientFrame> out;
    private volatile boolean taking;

    private StalledSubscriber(String endpoint) {
        channel = NettyChannelBuilder.forTarget(endpoint)
                .proxyDetector(address -> null)
                .usePlaintext()
                .build();
        out = (ClientCallStreamObserver<ClientFrame>)
                MessagingGrpc.newStub(channel).session(new Ear());
    }

    /** Says hello, subscribes from the beginning and then only pings. */
    public static StalledSubscriber open(String endpoint, String channelName) {
        StalledSubscriber subscriber = new StalledSubscriber(endpoint);
        subscriber.send(ClientFrame.newBuilder().setHello(Hello.newBuilder().setVersion(1)));
        subscriber.send(ClientFrame.newBuilder()
                .setSubscribe(Subscribe.newBuilder()
                        .setSubscriptionId(1)
                        .setChannel(channelName)
                        .setStart(Start.newBuilder().setSerial(1))
                        .setDemand(Integer.MAX_VALUE)));
        ClientFrame.Builder ping =
                ClientFrame.newBuilder().setPing(Ping.newBuilder().setNonce(1));
        subscriber.clock.scheduleAtFixedRate(() -> subscriber.send(ping), 0, PING_MILLIS, TimeUnit.MILLISECONDS);
        return subscriber;
    }

    private synchronized void send(ClientFrame.Builder frame) {
        if (!end.isDone()) {
            out.onNext(frame.build());
        }
    }

    /** Takes what has piled up; answers the reason with which the server ended it, or what else is to be said. */
    public String reasonAfterTakingAgain() throws InterruptedException {
        taking = true;
        out.request(1);
        try {
            Throwable why = end.get(REASON_SECONDS, TimeUnit.SECONDS);
            Error error = Errors.fromThrowable(why);
            return error == null ? Status.fromThrowable(why).toString() : Errors.shortName(error.getReason());
        } catch (TimeoutException | ExecutionException e) {
            return "still attached";
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
            if (taking) {
                out.request(1);
            }
        }

        @Override
        public void onError(Throwable why) {
            end.complete(why);
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK.asRuntimeException());
        }
    }
}
