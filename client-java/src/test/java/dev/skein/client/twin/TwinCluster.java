package dev.skein.client.twin;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.client.v1.RegionRoute;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.ChannelHash;
import dev.skein.wire.Errors;
import dev.skein.wire.ReceiptRuns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The cluster: what every node sees at once. Its monitor guards all state of all nodes. */
public final class TwinCluster implements AutoCloseable {

    static final String CLUSTER_ID = "twin-cluster";
    static final int SHARDS = 4;

    private final Map<String, TwinChannel> channels = new HashMap<>();
    private final Map<TwinProducer.Key, TwinProducer> producers = new HashMap<>();
    private final List<TwinNode> nodes = new ArrayList<>();
    private long shardSerial;
    private long time = 1_000_000;

    /** Starts a node on a free port. */
    public TwinNode node(String name, String region) {
        TwinNode node = new TwinNode(this, name, region);
        synchronized (this) {
            nodes.add(node);
        }
        return node;
    }

    /** All texts of a channel, in order. */
    public synchronized List<String> texts(String channel) {
        return channel(channel).messages.stream()
                .map(message -> message.getBody().getPayload().toStringUtf8())
                .toList();
    }

    /** How long the publisher let a message be read. */
    public synchronized long timeToLiveMillis(String channel, long serial) {
        return channel(channel).at(serial).getBody().getTtlMs();
    }

    /** Publishes from outside any session. */
    public synchronized void put(String channel, String... texts) {
        for (String text : texts) {
            store(
                    channel(channel),
                    MessageBody.newBuilder()
                            .setPayload(ByteString.copyFromUtf8(text))
                            .build(),
                    ByteString.EMPTY,
                    0);
        }
        pumpAll();
    }

    /** Delivers something that isn't stored. */
    public synchronized void putEphemeral(String channel, String text) {
        StoredMessage message = StoredMessage.newBuilder()
                .setSerial(channel(channel).lastSerial())
                .setTimeMs(time)
                .setEphemeral(true)
                .setBody(MessageBody.newBuilder().setPayload(ByteString.copyFromUtf8(text)))
                .build();
        nodes.forEach(node -> node.deliverEphemeral(channel, message));
    }

    /** Retention removes everything before this serial. */
    public synchronized void trimBefore(String channel, long serial) {
        channel(channel).firstSerial = serial;
    }

    /** The channel's history breaks: it starts again in another epoch with these texts. */
    public synchronized void breakHistory(String channel, String... texts) {
        TwinChannel broken = channel(channel);
        broken.epoch++;
        broken.messages.clear();
        broken.firstSerial = 1;
        put(channel, texts);
    }

    /** The shards forget all producers. */
    public synchronized void forgetProducers() {
        producers.clear();
    }

    synchronized TwinChannel channel(String name) {
        return channels.computeIfAbsent(name, unseen -> new TwinChannel());
    }

    synchronized RouteTable routes() {
        Map<String, RegionRoute.Builder> regions = new LinkedHashMap<>();
        for (TwinNode node : nodes) {
            RegionRoute.Builder region = regions.computeIfAbsent(
                    node.region(),
                    name -> RegionRoute.newBuilder().setRegion(name).setHealth(RegionHealth.REGION_HEALTH_HEALTHY));
            region.addNodes(node.route());
        }
        RouteTable.Builder table =
                RouteTable.newBuilder().setClusterId(CLUSTER_ID).setVersion(1);
        regions.values().forEach(table::addRegions);
        return table.build();
    }

    /** Applies a publish by the rules of a shard. */
    synchronized Receipts apply(Publish publish) {
        Receipts.Builder answer = Receipts.newBuilder().setRequestId(publish.getRequestId());
        Section section = publish.getSection();
        Set<Integer> shards = section.getChannelsList().stream()
                .map(part -> ChannelHash.shardOf(part.getChannel(), SHARDS))
                .collect(Collectors.toSet());
        if (shards.size() != 1) {
            return answer.setError(Errors.of(Reason.REASON_INVALID_ARGUMENT, "channels: of shards " + shards))
                    .build();
        }
        TwinProducer producer = producers.computeIfAbsent(
                new TwinProducer.Key("default", shards.iterator().next(), section.getProducer()),
                unseen -> new TwinProducer());
        Error refusal = checkSequence(section, producer);
        if (refusal != null) {
            return answer.setError(refusal).build();
        }
        long takenBefore = producer.lastSequence;
        take(section, producer);
        pumpAll();
        return receipts(section, producer, takenBefore, answer);
    }

    private static Receipts receipts(
            Section section, TwinProducer producer, long takenBefore, Receipts.Builder answer) {
        ReceiptRuns runs = new ReceiptRuns(TwinChannel.FIRST_EPOCH);
        long sequence = section.getFirstSequence();
        for (int i = bodies(section).size(); i > 0; i--, sequence++) {
            TwinProducer.Outcome outcome = producer.outcomes.get(sequence);
            if (outcome.refusal() != null) {
                return answer.setError(outcome.refusal()).build();
            }
            Receipt receipt = outcome.receipt();
            runs.add(receipt.getSerial(), receipt.getShardSerial(), receipt.getTimeMs(), sequence <= takenBefore);
        }
        return answer.addAllRuns(runs.build()).build();
    }

    synchronized void pumpAll() {
        nodes.forEach(TwinNode::pump);
    }

    @Override
    public void close() {
        List<TwinNode> all;
        synchronized (this) {
            all = List.copyOf(nodes);
        }
        all.forEach(TwinNode::kill);
    }

    private static List<MessageBody> bodies(Section section) {
        return section.getChannelsList().stream()
                .flatMap(part -> part.getMessagesList().stream())
                .toList();
    }

    private static Error checkSequence(Section section, TwinProducer producer) {
        long first = section.getFirstSequence();
        if (producer.lastSequence == 0 && first != 1) {
            return Errors.of(Reason.REASON_UNKNOWN_PRODUCER, "producer: unknown");
        }
        if (first > producer.lastSequence + 1) {
            return Errors.of(
                    Reason.REASON_SEQUENCE_GAP,
                    "sequence: " + first,
                    Map.of("expected", Long.toString(producer.lastSequence + 1)));
        }
        List<MessageBody> bodies = bodies(section);
        for (int i = 0; i < bodies.size(); i++) {
            TwinProducer.Outcome known = producer.outcomes.get(first + i);
            if (known != null && !known.body().equals(bodies.get(i))) {
                return Errors.of(Reason.REASON_SEQUENCE_REUSED, "sequence: " + (first + i));
            }
        }
        return null;
    }

    /** Takes what of the section isn't taken yet. */
    private void take(Section section, TwinProducer producer) {
        long sequence = section.getFirstSequence();
        for (ChannelMessages part : section.getChannelsList()) {
            TwinChannel channel = channel(part.getChannel());
            Error refusal = refusal(section, channel);
            for (MessageBody body : part.getMessagesList()) {
                if (sequence > producer.lastSequence) {
                    producer.lastSequence = sequence;
                    Receipt receipt = refusal == null ? store(channel, body, section.getProducer(), sequence) : null;
                    producer.outcomes.put(sequence, new TwinProducer.Outcome(body, receipt, refusal));
                }
                sequence++;
            }
        }
    }

    private static Error refusal(Section section, TwinChannel channel) {
        return section.hasExpectedLastSerial() && section.getExpectedLastSerial() != channel.lastSerial()
                ? Errors.of(
                        Reason.REASON_CONDITION_FAILED,
                        "last serial: " + channel.lastSerial(),
                        Map.of("last_serial", Long.toString(channel.lastSerial())))
                : null;
    }

    private Receipt store(TwinChannel channel, MessageBody body, ByteString producer, long sequence) {
        StoredMessage stored = StoredMessage.newBuilder()
                .setSerial(channel.lastSerial() + 1)
                .setShardSerial(++shardSerial)
                .setTimeMs(++time)
                .setProducer(producer)
                .setSequence(sequence)
                .setBody(body)
                .build();
        channel.messages.add(stored);
        return Receipt.newBuilder()
                .setEpoch(channel.epoch)
                .setSerial(stored.getSerial())
                .setShardSerial(shardSerial)
                .setTimeMs(time)
                .build();
    }
}
