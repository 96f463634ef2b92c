package dev.skein.server.simulation;

import com.google.protobuf.ByteString;
import dev.skein.core.testing.History;
import dev.skein.core.testing.VirtualTime;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Hello;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.Ping;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that wanders between regions: whenever its session ends it goes on elsewhere, sends again what is unanswered, and resumes
 * its subscriptions where they were.
 */
final class SimulatedClient {

    private static final long PING_MILLIS = 400;
    private static final int SUBSCRIPTIONS_MAX = 4;
    private static final long SILENCE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(2_500);

    private final String name;
    private final SimulatedWorld world;
    private final VirtualTime time;
    private final Random random;
    private final Process process;
    private final ClientPublishes publishes;
    private final List<ClientSubscription> subscriptions = new ArrayList<>();

    private @Nullable Session session;
    private boolean reading = true;

    SimulatedClient(int number, SimulatedWorld world) {
        this.name = "c" + number;
        this.world = world;
        this.time = world.time();
        this.random = world.random();
        this.process = new Process(time);
        this.publishes = new ClientPublishes(number, world, this::send);
        for (int i = 0; i <= random.nextInt(2); i++) {
            subscriptions.add(new ClientSubscription(1_000 * i, random.nextInt(3) == 0, world, publishes, this::send));
        }
        connect();
        pingLater();
    }

    void publish() {
        publishes.publish(session != null && session.welcomed);
    }

    /** One more subscription, which must see everything that is acknowledged from now on, and nothing less. */
    void listenFromNow() {
        Session present = session;
        if (present != null && present.welcomed && subscriptions.size() < SUBSCRIPTIONS_MAX) {
            ClientSubscription added =
                    new ClientSubscription(1_000 * subscriptions.size(), true, world, publishes, this::send);
            subscriptions.add(added);
            added.resume();
        }
    }

    /** Goes somewhere else, as one does who travels. */
    void move() {
        Session present = session;
        if (present != null) {
            present.leave();
        }
    }

    /** Takes nothing from the transport for a while. */
    void stopReading(long millis) {
        reading = false;
        time.afterMillis(millis, () -> {
            reading = true;
            if (session != null) {
                session.readOn();
            }
        });
    }

    void standStill(long millis) {
        process.pause(true);
        time.afterMillis(millis, () -> process.pause(false));
    }

    boolean isSettled() {
        return publishes.isDone() && subscriptions.stream().allMatch(ClientSubscription::isAtTheEnd);
    }

    @Override
    public String toString() {
        return name + (session == null ? " away" : " at " + session.at) + " " + publishes + " " + subscriptions;
    }

    private void connect() {
        session = new Session(world.anyNode());
        session.open();
    }

    private void connectLater() {
        session = null;
        process.schedule(20 + random.nextInt(300), this::connect);
    }

    private void send(ClientFrame.Builder frame) {
        Session present = session;
        if (present != null && present.welcomed) {
            present.send(frame);
        }
    }

    private void pingLater() {
        process.schedule(PING_MILLIS, () -> {
            Session present = session;
            if (present != null) {
                present.ping();
            }
            pingLater();
        });
    }

    /** One session at one node. */
    private final class Session implements ClientResponseObserver<ClientFrame, ServerFrame> {

        private final String at;
        private @Nullable ClientCallStreamObserver<ClientFrame> out;
        private boolean welcomed;
        private int owed;
        private long heardNanos = time.nanoTime();

        Session(String at) {
            this.at = at;
        }

        void open() {
            MessagingGrpc.newStub(world.network().channel(name, process, at)).session(this);
            send(ClientFrame.newBuilder()
                    .setHello(Hello.newBuilder().setVersion(1).setClientId(name)));
        }

        void send(ClientFrame.Builder frame) {
            ClientCallStreamObserver<ClientFrame> present = out;
            if (present != null && session == this) {
                present.onNext(frame.build());
            }
        }

        void ping() {
            if (time.nanoTime() - heardNanos > SILENCE_NANOS_MAX) {
                leave();
            } else {
                send(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()));
            }
        }

        void leave() {
            ClientCallStreamObserver<ClientFrame> present = out;
            if (present != null) {
                present.cancel("moved", null);
            }
        }

        void readOn() {
            ClientCallStreamObserver<ClientFrame> present = out;
            if (present != null && owed > 0) {
                int asked = owed;
                owed = 0;
                present.request(asked);
            }
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<ClientFrame> stream) {
            out = stream;
            stream.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(ServerFrame frame) {
            if (session != this) {
                return;
            }
            heardNanos = time.nanoTime();
            heard(frame);
            if (world.defect() == Defect.DOUBLED_FRAME && frame.hasMessages()) {
                heard(frame);
            }
            owed++;
            if (reading) {
                readOn();
            }
        }

        private void heard(ServerFrame frame) {
            switch (frame.getFrameCase()) {
                case WELCOME -> {
                    welcomed = true;
                    publishes.sendAgain();
                    subscriptions.forEach(ClientSubscription::resume);
                }
                case RECEIPTS -> publishes.answered(frame.getReceipts());
                default -> subscriptions.forEach(each -> each.heard(frame));
            }
        }

        @Override
        public void onError(Throwable failure) {
            Error error = Errors.fromThrowable(failure);
            boolean ours = error != null && error.getReason() == Reason.REASON_PROTOCOL_VIOLATION;
            History.check(!ours, () -> name + " did nothing wrong: " + error);
            ended();
        }

        @Override
        public void onCompleted() {
            ended();
        }

        private void ended() {
            if (session == this) {
                connectLater();
            }
        }
    }

    /** 16 bytes. */
    static ByteString producer(int number) {
        byte[] id = new byte[16];
        id[0] = (byte) (number + 1);
        return ByteString.copyFrom(id);
    }
}
