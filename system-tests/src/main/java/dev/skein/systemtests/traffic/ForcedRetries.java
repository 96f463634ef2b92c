package dev.skein.systemtests.traffic;

import com.google.protobuf.ByteString;
import dev.skein.client.Receipt;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Section;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Identity;
import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.history.Retry;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NodeRecord;
import dev.skein.systemtests.wan.Cut;
import dev.skein.systemtests.wan.Place;
import dev.skein.systemtests.wan.PlaceKind;
import dev.skein.systemtests.wan.WanRemote;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Publishes in one region over a connection on which nothing comes back, and sends the same identity again in another. Each message has
 * its own producer with sequence 1, so that nothing but the replicated state can tell the second from the first. One thread calls.
 */
public final class ForcedRetries implements AutoCloseable {

    private static final long CONNECT_MILLIS = 20_000;
    private static final long ANSWER_MILLIS = 4_000;

    /** The pace of sending again what was not answered. */
    private static final long PAUSE_MILLIS = 200;

    private final LocalCluster cluster;
    private final WanRemote wan;
    private final History history;
    private final Arrivals arrivals;
    private final Random random;
    private final Map<String, InetSocketAddress> ways = new HashMap<>();
    private final List<RawMessaging> open = new ArrayList<>();

    public ForcedRetries(LocalCluster cluster, History history, Arrivals arrivals, Random random) throws IOException {
        this.cluster = cluster;
        this.wan = cluster.wan();
        this.history = history;
        this.arrivals = arrivals;
        this.random = random;
    }

    /** Publishes a message on each channel. The answers of the region's way stay cut until {@link #heal}. */
    public List<CutOff> publishUnheard(String region, List<String> channels) throws IOException {
        heal(region);
        String serving = serving(region)
                .orElseThrow(() -> new IOException("region: " + region + " (expected: one with a serving node)"));
        RawMessaging raw = new RawMessaging(serving, way(region));
        open.add(raw);
        raw.connect(namespace(channels.get(0)), CONNECT_MILLIS);
        wan.cut(answers(region));
        List<CutOff> sent = new ArrayList<>();
        for (String channel : channels) {
            CutOff publish = newPublish(region, channel);
            sent.add(publish);
            long id = publish.id();
            arrivals.expect(id);
            raw.publish(publish.request(), ANSWER_MILLIS)
                    .whenComplete((receipt, failure) -> unheard(publish.id(), receipt));
        }
        return sent;
    }

    private CutOff newPublish(String region, String channel) {
        int client = history.addClient(new Client("cut-off", region));
        int id = history.invoked(client, history.channel(channel), System.nanoTime());
        byte[] payload = Identity.payload(id, "retry", "is it there once?");
        history.payload(id, Identity.crc(ByteBuffer.wrap(payload)));
        byte[] producer = new byte[16];
        random.nextBytes(producer);
        return new CutOff(
                id,
                Publish.newBuilder()
                        .setSection(Section.newBuilder()
                                .setProducer(ByteString.copyFrom(producer))
                                .setFirstSequence(1)
                                .addChannels(ChannelMessages.newBuilder()
                                        .setChannel(channel)
                                        .addMessages(
                                                MessageBody.newBuilder().setPayload(ByteString.copyFrom(payload)))))
                        .build());
    }

    /** Normally nothing was heard; the retry ends the publish. */
    private void unheard(int id, @Nullable Receipt receipt) {
        boolean pending = history.publish(id).outcome() == Outcome.PENDING;
        if (pending && receipt == null) {
            history.ended(id, Outcome.UNKNOWN, System.nanoTime());
        } else if (pending) {
            history.acknowledged(id, receipt, System.nanoTime());
        }
    }

    /** Waits until a subscriber has got all of them. */
    public boolean awaitCommitted(List<CutOff> sent, Duration timeout) throws InterruptedException {
        return arrivals.await(sent.stream().map(publish -> (long) publish.id()).toList(), timeout);
    }

    /** Lets answers of the region's way through again. */
    public void heal(String region) throws IOException {
        if (ways.containsKey(region)) {
            wan.heal(answers(region));
        }
    }

    /**
     * Sends the same again in another region until it is answered, or the time is up.
     *
     * @param afterCommit whether the originals have surely taken effect
     * @return how many were answered
     */
    public int retry(List<CutOff> sent, String region, boolean afterCommit, Duration timeout)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<CutOff> left = new ArrayList<>(sent);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            left = attempt(left, region, afterCommit);
            if (!left.isEmpty()) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
        for (CutOff unanswered : left) {
            history.retried(new Retry(unanswered.id(), region, afterCommit, Outcome.UNKNOWN, 0, 0, false));
        }
        return sent.size() - left.size();
    }

    /** Answers those that are still unanswered. */
    private List<CutOff> attempt(List<CutOff> sent, String region, boolean afterCommit) throws IOException {
        Optional<String> serving = serving(region);
        if (serving.isEmpty()) {
            return sent;
        }
        Map<CutOff, Receipt> answers = new ConcurrentHashMap<>();
        try (RawMessaging raw = new RawMessaging(serving.get(), way(region))) {
            CompletableFuture.allOf(sent.stream()
                            .map(publish -> raw.publish(publish.request(), ANSWER_MILLIS)
                                    .thenAccept(receipt -> answers.put(publish, receipt))
                                    .exceptionally(again -> null))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
        answers.forEach((publish, receipt) -> answered(publish, region, afterCommit, receipt));
        return sent.stream().filter(publish -> !answers.containsKey(publish)).toList();
    }

    private void answered(CutOff publish, String region, boolean afterCommit, Receipt receipt) {
        history.retried(new Retry(
                publish.id(),
                region,
                afterCommit,
                Outcome.ACKNOWLEDGED,
                receipt.epoch(),
                receipt.serial(),
                receipt.duplicate()));
        if (!history.publish(publish.id()).isAcknowledged()) {
            history.acknowledged(publish.id(), receipt, System.nanoTime());
        }
    }

    private InetSocketAddress way(String region) throws IOException {
        InetSocketAddress known = ways.get(region);
        if (known == null) {
            known = wan.add(new Place(place(region), PlaceKind.CLIENT, region, "", List.of(), 0));
            ways.put(region, known);
        }
        return known;
    }

    private Optional<String> serving(String region) throws IOException {
        return cluster.state().nodes().stream()
                .filter(node -> node.region().equals(region) && node.isServing())
                .map(NodeRecord::client)
                .findFirst();
    }

    private static Cut answers(String region) {
        return new Cut("*", place(region), false);
    }

    private static String place(String region) {
        return "cut-off/" + region;
    }

    private static String namespace(String channel) {
        return channel.substring(0, channel.indexOf(':'));
    }

    @Override
    public void close() {
        open.forEach(RawMessaging::close);
        wan.close();
    }
}
