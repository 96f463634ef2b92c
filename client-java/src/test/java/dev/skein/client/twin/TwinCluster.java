package dev.skein.client.twin;

import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.client.v1.RegionRoute;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.ChannelHash;
import dev.skein.wire.Errors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    /** Publishes from outside any session. */
    public synchronized void put(String channel, String... texts) {
        for (String text : texts) {
            store(
                    channel(channel),
                    MessageBody.newBuilder()
                            .setPayload(com.google.protobuf.ByteString.copyFromUtf8(text))
                            .build(),
                    Publish.getDefaultInstance(),
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
                .setBody(MessageBody.newBuilder().setPayload(com.google.protobuf.ByteString.copyFromUtf8(text)))
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
        int shard = ChannelHash.shardOf(publish.getChannel(), SHARDS);
        TwinProducer producer = producers.computeIfAbsent(
                new TwinProducer.Key("default", shard, publish.getProducer()), unseen -> new TwinProducer());
        Error sequence = checkSequence(publish, producer);
        if (sequence != null) {
            return answer.setError(sequence).build();
        }
        boolean seen = publish.getFirstSequence() <= producer.lastSequence;
        if (!seen) {
            take(publish, producer);
            pumpAll();
        }
        for (int i = 0; i < publish.getMessagesCount(); i++) {
            TwinProducer.Outcome outcome = producer.outcomes.get(publish.getFirstSequence() + i);
            if (outcome.refusal() != null) {
                return answer.clearReceipts().setError(outcome.refusal()).build();
            }
            answer.addReceipts(outcome.receipt().toBuilder().setDuplicate(seen));
        }
        return answer.build();
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

    private static Error checkSequence(Publish publish, TwinProducer producer) {
        long first = publish.getFirstSequence();
        if (producer.lastSequence == 0 && first != 1) {
            return Errors.of(Reason.REASON_UNKNOWN_PRODUCER, "producer: unknown");
        }
        if (first > producer.lastSequence + 1) {
            return Errors.of(
                    Reason.REASON_SEQUENCE_GAP,
                    "sequence: " + first,
                    Map.of("expected", Long.toString(producer.lastSequence + 1)));
        }
        for (int i = 0; i < publish.getMessagesCount(); i++) {
            TwinProducer.Outcome known = producer.outcomes.get(first + i);
            if (known != null && !known.body().equals(publish.getMessages(i))) {
                return Errors.of(Reason.REASON_SEQUENCE_REUSED, "sequence: " + (first + i));
            }
        }
        return null;
    }

    private void take(Publish publish, TwinProducer producer) {
        TwinChannel channel = channel(publish.getChannel());
        Error refusal = publish.hasExpectedLastSerial() && publish.getExpectedLastSerial() != channel.lastSerial()
                ? Errors.of(
                        Reason.REASON_CONDITION_FAILED,
                        "last serial: " + channel.lastSerial(),
                        Map.of("last_serial", Long.toString(channel.lastSerial())))
                : null;
        for (MessageBody body : publish.getMessagesList()) {
            long sequence = ++producer.lastSequence;
            Receipt receipt = refusal == null ? store(channel, body, publish, sequence) : null;
            producer.outcomes.put(sequence, new TwinProducer.Outcome(body, receipt, refusal));
        }
    }

    private Receipt store(TwinChannel channel, MessageBody body, Publish publish, long sequence) {
        StoredMessage stored = StoredMessage.newBuilder()
                .setSerial(channel.lastSerial() + 1)
                .setShardSerial(++shardSerial)
                .setTimeMs(++time)
                .setProducer(publish.getProducer())
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
