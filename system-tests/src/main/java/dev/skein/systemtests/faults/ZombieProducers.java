package dev.skein.systemtests.faults;

import com.google.protobuf.ByteString;
import dev.skein.client.Receipt;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.RetryClass;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Identity;
import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.traffic.RawMessaging;
import dev.skein.wire.Errors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Two clients in two regions that believe to be the same producer: for each sequence one of them takes effect and the other is told that the
 * sequence is used. A message whose answer does not come ends as unknown.
 */
final class ZombieProducers implements Fault {

    private static final long PERIOD_MILLIS = 150;
    private static final long ANSWER_MILLIS = 4_000;

    private final Ground ground;
    private final ByteString producer;
    private final String channel;
    private final List<String> regions;
    private final List<RawMessaging> twins = new ArrayList<>();
    private final List<Integer> clients = new ArrayList<>();
    private final List<CompletableFuture<?>> answers = new ArrayList<>();
    private long sequence;

    ZombieProducers(Ground ground, Random random) {
        this.ground = ground;
        byte[] id = new byte[16];
        random.nextBytes(id);
        this.producer = ByteString.copyFrom(id);
        this.channel = Ground.pick(ground.homes().retryChannels(), random);
        List<String> shuffled = new ArrayList<>(ground.regions());
        java.util.Collections.shuffle(shuffled, random);
        this.regions = shuffled.subList(0, 2);
    }

    @Override
    public String begin() throws IOException {
        for (String region : regions) {
            String endpoint = ground.cluster().endpoints(region).get(0);
            twins.add(new RawMessaging(endpoint, ground.cluster().clientProxy(region)));
            clients.add(ground.history().addClient(new Client("zombie", region)));
        }
        return "zombie-producers in " + String.join(" and ", regions) + " on " + channel;
    }

    @Override
    public void hold(long untilNanos) throws InterruptedException {
        do {
            sequence++;
            for (int twin = 0; twin < twins.size(); twin++) {
                publish(twin);
            }
        } while (Pause.upTo(PERIOD_MILLIS, untilNanos));
    }

    private void publish(int twin) {
        History history = ground.history();
        int id = history.invoked(clients.get(twin), history.channel(channel), System.nanoTime());
        byte[] payload = Identity.payload(id, "zombie", "sequence " + sequence);
        history.payload(id, Identity.crc(ByteBuffer.wrap(payload)));
        Publish publish = Publish.newBuilder()
                .setSection(Section.newBuilder()
                        .setProducer(producer)
                        .setFirstSequence(sequence)
                        .addChannels(ChannelMessages.newBuilder()
                                .setChannel(channel)
                                .addMessages(MessageBody.newBuilder().setPayload(ByteString.copyFrom(payload)))))
                .build();
        answers.add(twins.get(twin)
                .publish(publish, ANSWER_MILLIS)
                .handle((receipt, failure) -> answered(history, id, receipt, failure)));
    }

    private static boolean answered(History history, int id, @Nullable Receipt receipt, @Nullable Throwable failure) {
        if (receipt != null) {
            history.acknowledged(id, receipt, System.nanoTime());
            return true;
        }
        @Nullable Error error = failure == null ? null : Errors.fromThrowable(failure);
        boolean open = error == null || Errors.retryClass(error.getReason()) == RetryClass.RETRY_CLASS_UNKNOWN_OUTCOME;
        history.ended(id, open ? Outcome.UNKNOWN : Outcome.FAILED, System.nanoTime());
        return false;
    }

    @Override
    public void end() {
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)).join();
        twins.forEach(RawMessaging::close);
    }
}
