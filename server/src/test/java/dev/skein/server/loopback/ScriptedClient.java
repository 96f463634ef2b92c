package dev.skein.server.loopback;

import static dev.skein.core.testing.Eventually.eventually;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Demand;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.Ping;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.client.v1.Unsubscribe;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import dev.skein.wire.ReceiptRuns;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client that sends exactly what the test says and keeps everything it hears. It pings by itself while {@link #pinging}. */
public final class ScriptedClient implements AutoCloseable {

    public static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");

    /** A pace that keeps a session alive. */
    private static final long PING_MILLIS = 200;

    private static final MethodDescriptor<ByteString, ServerFrame> RAW_SESSION =
            MessagingGrpc.getSessionMethod().toBuilder(
                            new RawFrames(), MessagingGrpc.getSessionMethod().getResponseMarshaller())
                    .build();

    private final List<ServerFrame> heard = new ArrayList<>();
    private final Thread pinger;
    private ClientCallStreamObserver<ByteString> out;
    private @Nullable Throwable failure;
    private boolean ended;
    private volatile boolean pinging = true;
    private volatile boolean reading = true;

    public ScriptedClient(ManagedChannel channel) {
        out = open(channel);
        pinger = new Thread(this::ping, "pinger");
        pinger.setDaemon(true);
    }

    /** Says Hello and waits for the Welcome. */
    public void hello() {
        greet();
        eventually("welcome", () -> first(ServerFrame::hasWelcome).isPresent());
        pinger.start();
    }

    /** Says Hello only. */
    public void greet() {
        send(ClientFrame.newBuilder()
                .setHello(Hello.newBuilder().setVersion(1).setClientId("test").build()));
    }

    public void send(ClientFrame.Builder frame) {
        sendBytes(frame.build().toByteString());
    }

    /** Sends bytes as a frame, whether or not they are one. */
    public synchronized void sendBytes(ByteString frame) {
        out.onNext(frame);
    }

    /** Says nothing by itself any more. */
    public void stopPinging() {
        pinging = false;
    }

    /** Takes nothing from the transport any more, or takes again. */
    public void read(boolean on) {
        reading = on;
        if (on) {
            out.request(1);
        }
    }

    public void publish(long request, long sequence, String... texts) {
        publish(sequenced(request, sequence, texts));
    }

    public void publish(Publish.Builder publish) {
        send(ClientFrame.newBuilder().setPublish(publish));
    }

    public static Publish.Builder sequenced(long request, long sequence, String... texts) {
        return plain(request, texts, section -> section.setProducer(PRODUCER).setFirstSequence(sequence));
    }

    /** Without a producer, to one channel. */
    public static Publish.Builder plain(long request, String... texts) {
        return plain(request, texts, section -> {});
    }

    /** Without a producer, to one channel, with a change to its section. */
    public static Publish.Builder plain(long request, String text, Consumer<Section.Builder> change) {
        return plain(request, new String[] {text}, change);
    }

    /** Messages of a channel. */
    public static ChannelMessages.Builder channel(String name, String... texts) {
        ChannelMessages.Builder channel = ChannelMessages.newBuilder().setChannel(name);
        for (String text : texts) {
            channel.addMessages(MessageBody.newBuilder().setPayload(ByteString.copyFromUtf8(text)));
        }
        return channel;
    }

    private static Publish.Builder plain(long request, String[] texts, Consumer<Section.Builder> change) {
        Section.Builder section = Section.newBuilder().addChannels(channel("room", texts));
        change.accept(section);
        return Publish.newBuilder().setRequestId(request).setSection(section);
    }

    public void subscribe(int id, Start.Builder start, long demand) {
        send(ClientFrame.newBuilder()
                .setSubscribe(Subscribe.newBuilder()
                        .setSubscriptionId(id)
                        .setChannel("room")
                        .setStart(start)
                        .setDemand(demand)));
    }

    public void demand(int id, long messages) {
        send(ClientFrame.newBuilder()
                .setDemand(Demand.newBuilder().setSubscriptionId(id).setMessages(messages)));
    }

    public void unsubscribe(int id) {
        send(ClientFrame.newBuilder().setUnsubscribe(Unsubscribe.newBuilder().setSubscriptionId(id)));
    }

    public synchronized void halfClose() {
        pinging = false;
        out.onCompleted();
    }

    /** The answer to a publish, awaited. */
    public Receipts receipts(long request) {
        return await(
                "receipts of " + request,
                frame -> frame.hasReceipts() && frame.getReceipts().getRequestId() == request,
                ServerFrame::getReceipts);
    }

    /** The receipt of a publish's first message, awaited. */
    public Receipt receipt(long request) {
        return receiptsOf(receipts(request)).get(0);
    }

    /** One receipt per message; an answer with an error is none. */
    public static List<Receipt> receiptsOf(Receipts answer) {
        if (answer.hasError()) {
            throw new AssertionError(answer.getError());
        }
        return ReceiptRuns.receipts(answer.getRunsList());
    }

    /** Publishes in a sequence of their own and waits for every receipt. */
    public void publishAll(long firstSequence, int count) {
        for (int i = 0; i < count; i++) {
            publish(firstSequence + i, firstSequence + i, "m" + (firstSequence + i));
        }
        for (int i = 0; i < count; i++) {
            Receipts receipts = receipts(firstSequence + i);
            if (receipts.hasError()) {
                throw new AssertionError(receipts.getError());
            }
        }
    }

    public <T> T await(String what, Predicate<ServerFrame> wanted, Function<ServerFrame, T> part) {
        eventually(what, () -> first(wanted).isPresent());
        return part.apply(first(wanted).orElseThrow());
    }

    public synchronized Optional<ServerFrame> first(Predicate<ServerFrame> wanted) {
        return heard.stream().filter(wanted).findFirst();
    }

    public synchronized List<ServerFrame> heard() {
        return List.copyOf(heard);
    }

    /** Every message of a subscription so far. */
    public List<StoredMessage> messages(int id) {
        return heard().stream()
                .filter(frame -> frame.hasMessages() && frame.getMessages().getSubscriptionId() == id)
                .flatMap(frame -> frame.getMessages().getMessagesList().stream())
                .toList();
    }

    /** The messages of a subscription once there are so many. */
    public List<StoredMessage> messages(int id, int count) {
        eventually(
                count + " messages, have " + messages(id).size(),
                () -> messages(id).size() >= count);
        return messages(id);
    }

    /** Why the subscription was closed, awaited. */
    public Error closed(int id) {
        return await(
                "end of subscription " + id,
                frame -> frame.hasSubscriptionClosed()
                        && frame.getSubscriptionClosed().getSubscriptionId() == id,
                frame -> frame.getSubscriptionClosed().getError());
    }

    /** Why the stream ended, awaited. */
    public Reason endReason() {
        eventually("end of the stream", this::hasEnded);
        Throwable why = failure;
        Error error = why == null ? null : Errors.fromThrowable(why);
        return error == null ? Reason.REASON_UNSPECIFIED : error.getReason();
    }

    public synchronized boolean hasEnded() {
        return ended;
    }

    @Override
    public void close() {
        pinging = false;
        out.cancel("the test is over", null);
    }

    private void ping() {
        while (pinging && !hasEnded()) {
            try {
                send(ClientFrame.newBuilder().setPing(Ping.newBuilder().setNonce(1)));
                Thread.sleep(PING_MILLIS);
            } catch (InterruptedException | IllegalStateException over) {
                return;
            }
        }
    }

    private ClientCallStreamObserver<ByteString> open(ManagedChannel channel) {
        return (ClientCallStreamObserver<ByteString>)
                ClientCalls.asyncBidiStreamingCall(channel.newCall(RAW_SESSION, CallOptions.DEFAULT), new Ear());
    }

    /** Writes frames that are bytes already. */
    private static final class RawFrames implements MethodDescriptor.Marshaller<ByteString> {

        @Override
        public InputStream stream(ByteString frame) {
            return frame.newInput();
        }

        @Override
        public ByteString parse(InputStream stream) {
            throw new UnsupportedOperationException("a client hears no client frames");
        }
    }

    private final class Ear implements ClientResponseObserver<ByteString, ServerFrame> {

        @Override
        public void beforeStart(ClientCallStreamObserver<ByteString> call) {
            call.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(ServerFrame frame) {
            synchronized (ScriptedClient.this) {
                heard.add(frame);
            }
            if (reading) {
                out.request(1);
            }
        }

        @Override
        public void onError(Throwable why) {
            synchronized (ScriptedClient.this) {
                failure = why;
                ended = true;
            }
        }

        @Override
        public void onCompleted() {
            synchronized (ScriptedClient.this) {
                ended = true;
            }
        }
    }
}
