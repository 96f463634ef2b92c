package dev.skein.replication.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.TailMessage;
import dev.skein.replication.store.InMemoryShardStore;
import dev.skein.wire.Errors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Thousands of random schedules, each compared with {@link ShardModel} entry by entry. */
final class ShardModelTest {

    private static final int SCHEDULES = 1_500;
    private static final int ENTRIES = 50;

    private final Map<String, Integer> kinds = new HashMap<>();

    @Test
    void agreesWithTheModelOnEveryOutcomeAndEveryMessage() {
        for (long seed = 0; seed < SCHEDULES; seed++) {
            run(seed, ENTRIES);
        }
        for (String kind : List.of(
                "accepted",
                "duplicate",
                "UNKNOWN_PRODUCER",
                "SEQUENCE_GAP",
                "SEQUENCE_REUSED",
                "MESSAGE_ID_CONFLICT",
                "CONDITION_FAILED")) {
            assertTrue(kinds.getOrDefault(kind, 0) > SCHEDULES / 10, kind + " is rare: " + kinds);
        }
    }

    /** Compares so many entries of a schedule. */
    void run(long seed, int count) {
        RandomEntries entries = new RandomEntries(seed);
        TreeMap<Long, ByteString> log = new TreeMap<>();
        TestShard shard = new TestShard(new InMemoryShardStore(), log);
        ShardModel model = new ShardModel();
        for (long index = 1; index <= count; index++) {
            ShardEntry entry = entries.next();
            log.put(index, entry.toByteString());
            List<String> expected = model.apply(entry);
            List<String> found =
                    shard.applyLogged(index).stream().map(this::text).toList();
            assertEquals(expected, found, "seed " + seed + " entry " + index + ": " + entry);
        }
        model.channels.forEach((name, channel) -> compare(shard, name, channel, "seed " + seed + " " + name));
    }

    private static void compare(TestShard shard, String name, ShardModel.Channel channel, String what) {
        ChannelPage page = shard.machine.read(ChannelQuery.forward(name, 1, 10_000, 1 << 20));
        assertEquals(channel.all.size(), page.extent().lastSerial(), what);
        assertEquals(channel.first, page.extent().firstSerial(), what);
        List<String> expected = channel.all.subList(channel.first - 1, channel.all.size()).stream()
                .map(message -> message.place() + " " + message.body().hashCode())
                .toList();
        assertEquals(
                expected, page.messages().stream().map(ShardModelTest::stored).toList(), what);
    }

    private static String stored(TailMessage message) {
        StoredMessage stored = TestShard.decode(message);
        ShardModel.Place place =
                new ShardModel.Place(stored.getSerial(), stored.getShardSerial(), stored.getTimeMs(), false);
        return place + " " + stored.getBody().toByteString().hashCode();
    }

    private String text(PublishOutcome outcome) {
        if (outcome instanceof PublishOutcome.Accepted accepted) {
            List<ShardModel.Place> places = new ArrayList<>();
            for (Receipt receipt : accepted.receipts()) {
                count(receipt.getDuplicate() ? "duplicate" : "accepted");
                places.add(new ShardModel.Place(
                        receipt.getSerial(), receipt.getShardSerial(), receipt.getTimeMs(), receipt.getDuplicate()));
            }
            return places.toString();
        }
        var error = TestShard.refusal(outcome);
        String reason = Errors.shortName(error.getReason());
        count(reason);
        String facts = error.getMetadataMap().values().stream().collect(Collectors.joining(" "));
        return facts.isEmpty() ? reason : reason + " " + facts;
    }

    private void count(String kind) {
        kinds.merge(kind, 1, Integer::sum);
    }
}
