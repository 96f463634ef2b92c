package dev.skein.benchmarks.system;

import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.client.v1.Subscribed;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The least that a gRPC server can do to fan a message out: it serialises the frame once and hands the same bytes to every stream. It keeps nothing,
 * checks nothing and has no flow control, so nothing built on the same transport can be much faster.
 */
public final class BareGrpcServerMain {

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new Frame(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("answers are only sent");
        }
    };

    private static final byte[] SUBSCRIBED = ServerFrame.newBuilder()
            .setSubscribed(Subscribed.newBuilder().setSubscriptionId(1))
            .build()
            .toByteArray();

    private final List<StreamObserver<byte[]>> subscribers = new CopyOnWriteArrayList<>();
    private final AtomicLong lastSerial = new AtomicLong();

    private BareGrpcServerMain() {}

    /** gRPC wants to know the length beforehand. */
    private static final class Frame extends ByteArrayInputStream implements KnownLength {
        Frame(byte[] bytes) {
            super(bytes);
        }
    }

    /** @param args the port */
    public static void main(String[] args) throws IOException, InterruptedException {
        int port = Integer.parseInt(args[0]);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .directExecutor()
                .addService(new BareGrpcServerMain().service())
                .build()
                .start();
        System.out.println("ready");
        server.awaitTermination();
    }

    private ServerServiceDefinition service() {
        MethodDescriptor<ClientFrame, ServerFrame> typed = MessagingGrpc.getSessionMethod();
        MethodDescriptor<ClientFrame, byte[]> method =
                typed.toBuilder(typed.getRequestMarshaller(), BYTES).build();
        return ServerServiceDefinition.builder(MessagingGrpc.SERVICE_NAME)
                .addMethod(method, ServerCalls.asyncBidiStreamingCall(Session::new))
                .build();
    }

    private final class Session implements StreamObserver<ClientFrame> {

        private final StreamObserver<byte[]> answers;

        Session(StreamObserver<byte[]> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(ClientFrame frame) {
            if (frame.hasSubscribe()) {
                subscribers.add(answers);
                answers.onNext(SUBSCRIBED);
            } else if (frame.hasPublish()) {
                long serial = lastSerial.incrementAndGet();
                broadcast(frame, serial);
                answers.onNext(receipt(frame.getPublish().getRequestId(), serial));
            }
        }

        private void broadcast(ClientFrame frame, long serial) {
            StoredMessage message = StoredMessage.newBuilder()
                    .setSerial(serial)
                    .setShardSerial(serial)
                    .setTimeMs(System.currentTimeMillis())
                    .setBody(PublishFrames.firstBody(frame.getPublish()))
                    .build();
            byte[] bytes = ServerFrame.newBuilder()
                    .setMessages(Messages.newBuilder()
                            .setSubscriptionId(1)
                            .setEpoch(1)
                            .addMessages(message))
                    .build()
                    .toByteArray();
            for (StreamObserver<byte[]> subscriber : subscribers) {
                subscriber.onNext(bytes);
            }
        }

        private static byte[] receipt(long request, long serial) {
            return ServerFrame.newBuilder()
                    .setReceipts(PublishFrames.taken(request, serial))
                    .build()
                    .toByteArray();
        }

        @Override
        public void onError(Throwable gone) {
            subscribers.remove(answers);
        }

        @Override
        public void onCompleted() {
            subscribers.remove(answers);
        }
    }
}
