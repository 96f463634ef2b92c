package dev.skein.replication.shard;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.TailMessage;
import dev.skein.replication.store.ShardStore;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** A machine with a log of its own and a clock that stands still, for tests. Term 1 unless said otherwise. */
final class TestShard {

    static final ShardId ID = new ShardId("default", 3);
    static final String ROOM = "default:room";
    static final ByteString ALICE = producer(1);
    static final ByteString BOB = producer(2);
    static final long EPOCH = 0x5EEDL;
    static final ShardPolicy POLICY = ShardPolicy.newBuilder()
            .setVersion(1)
            .setEpoch(EPOCH)
            .setDedupWindowMs(600_000)
            .build();

    final NavigableMap<Long, ByteString> log;
    final ShardStore store;
    ShardMachine machine;
    long now = 1_000_000;
    long wallMillis;
    long term = 1;

    TestShard(ShardStore store) {
        this(store, new ConcurrentSkipListMap<>());
    }

    /** A replica with the same log. */
    TestShard(ShardStore store, NavigableMap<Long, ByteString> log) {
        this.store = store;
        this.log = log;
        restart();
    }

    static TestShard withPolicy(ShardStore store) {
        TestShard shard = new TestShard(store);
        shard.policy(POLICY);
        return shard;
    }

    void restart() {
        machine = new ShardMachine(
                ID,
                store,
                index -> Optional.ofNullable(log.get(index)),
                clock(),
                new ShardMetrics(new MetricRegistry()));
    }

    void policy(ShardPolicy policy) {
        apply(ShardEntry.newBuilder().setPolicy(policy));
    }

    void policy(UnaryOperator<ShardPolicy.Builder> change) {
        ShardPolicy.Builder next = machine.policy().toBuilder();
        policy(change.apply(next).setVersion(next.getVersion() + 1).build());
    }

    PublishOutcome publish(PublishSection.Builder section) {
        return apply(ShardEntry.newBuilder().addSections(section)).get(0);
    }

    List<PublishOutcome> apply(ShardEntry.Builder entry) {
        long index = machine.appliedIndex() + 1;
        log.put(index, entry.setTimeMs(now).build().toByteString());
        return applyLogged(index);
    }

    List<PublishOutcome> applyLogged(long index) {
        ApplyBatch batch = machine.begin();
        List<PublishOutcome> outcomes = batch.apply(index, term, log.get(index));
        batch.finish();
        return outcomes;
    }

    List<String> texts(String channel) {
        return texts(machine.read(ChannelQuery.forward(channel, 1, 1_000, 1 << 20)));
    }

    List<DumpedMessage> dump() {
        List<DumpedMessage> rows = new ArrayList<>();
        machine.dump(rows::add);
        return rows;
    }

    ChannelPage backward(String channel, long from, int max) {
        return machine.read(new ChannelQuery(channel, from, true, max, 1 << 20, OptionalLong.empty()));
    }

    ChannelPage since(String channel, long millis) {
        return machine.read(new ChannelQuery(channel, 0, false, 100, 1 << 20, OptionalLong.of(millis)));
    }

    static List<String> texts(ChannelPage page) {
        return page.messages().stream().map(TestShard::text).toList();
    }

    static String text(TailMessage message) {
        return decode(message).getBody().getPayload().toStringUtf8();
    }

    static StoredMessage decode(TailMessage message) {
        try {
            return StoredMessage.parseFrom(message.encoded());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    static ByteString producer(int number) {
        byte[] bytes = new byte[16];
        bytes[0] = (byte) number;
        return ByteString.copyFrom(bytes);
    }

    static PublishSection.Builder to(String channel, String... texts) {
        return PublishSection.newBuilder().addChannels(part(channel, texts));
    }

    static SectionChannel.Builder part(String channel, String... texts) {
        SectionChannel.Builder part = SectionChannel.newBuilder().setChannel(channel);
        for (String text : texts) {
            part.addMessages(body(text));
        }
        return part;
    }

    /** To the room, with these bodies. */
    static PublishSection.Builder bodies(ByteString... bodies) {
        PublishSection.Builder section = to(ROOM);
        section.getChannelsBuilder(0).addAllMessages(List.of(bodies));
        return section;
    }

    static PublishSection.Builder from(ByteString producer, long sequence, String... texts) {
        return to(ROOM, texts).setProducer(producer).setFirstSequence(sequence);
    }

    /** Each text is {@code id=payload}. */
    static PublishSection.Builder withIds(String channel, String... texts) {
        PublishSection.Builder section = to(channel);
        for (String text : texts) {
            String[] parts = text.split("=");
            section.getChannelsBuilder(0)
                    .addMessages(MessageBody.newBuilder()
                            .setMessageId(parts[0])
                            .setPayload(ByteString.copyFromUtf8(parts[1]))
                            .build()
                            .toByteString());
        }
        return section;
    }

    static ByteString body(String text) {
        return MessageBody.newBuilder()
                .setPayload(ByteString.copyFromUtf8(text))
                .build()
                .toByteString();
    }

    static ByteString mortal(String text, long ttlMillis) {
        return MessageBody.newBuilder()
                .setPayload(ByteString.copyFromUtf8(text))
                .setTtlMs(ttlMillis)
                .build()
                .toByteString();
    }

    static List<Receipt> receipts(PublishOutcome outcome) {
        if (outcome instanceof PublishOutcome.Accepted accepted) {
            return accepted.receipts();
        }
        throw new AssertionError("refused: " + outcome);
    }

    static List<Long> serials(PublishOutcome outcome) {
        return receipts(outcome).stream().map(Receipt::getSerial).toList();
    }

    static List<Boolean> duplicates(PublishOutcome outcome) {
        return receipts(outcome).stream().map(Receipt::getDuplicate).toList();
    }

    static Error refusal(PublishOutcome outcome) {
        if (outcome instanceof PublishOutcome.Refused refused) {
            return refused.error();
        }
        throw new AssertionError("accepted: " + outcome);
    }

    private TimeSource clock() {
        return new TimeSource() {
            @Override
            public long wallMillis() {
                return wallMillis;
            }

            @Override
            public long nanoTime() {
                return wallMillis * 1_000_000;
            }
        };
    }
}
