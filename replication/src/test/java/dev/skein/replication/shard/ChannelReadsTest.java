package dev.skein.replication.shard;

import static dev.skein.replication.shard.TestShard.ALICE;
import static dev.skein.replication.shard.TestShard.ROOM;
import static dev.skein.replication.shard.TestShard.texts;
import static dev.skein.replication.shard.TestShard.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.client.v1.HistoryGap;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.store.InMemoryShardStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ChannelReadsTest {

    private static final long BYTES = 1 << 20;

    private final TestShard shard = TestShard.withPolicy(new InMemoryShardStore());

    @Test
    void storedMessageCarriesItsPlace() {
        shard.publish(to("default:other", "first in the shard"));
        shard.publish(TestShard.from(ALICE, 1, "a", "b"));
        StoredMessage second = TestShard.decode(
                read(ChannelQuery.forward(ROOM, 2, 1, BYTES)).messages().get(0));
        assertEquals(2, second.getSerial());
        assertEquals(3, second.getShardSerial());
        assertEquals(shard.now, second.getTimeMs());
        assertEquals(ALICE, second.getProducer());
        assertEquals(2, second.getSequence());
        assertEquals("b", second.getBody().getPayload().toStringUtf8());
    }

    @Test
    void pagesForwardCompletelyAndWithoutOverlap() {
        List<String> all = fill(57);
        for (int size = 1; size <= 60; size += 7) {
            List<String> found = new ArrayList<>();
            long next = 1;
            while (next != 0) {
                ChannelPage page = read(ChannelQuery.forward(ROOM, next, size, BYTES));
                assertTrue(page.messages().size() <= size);
                found.addAll(texts(page));
                next = page.nextSerial();
            }
            assertEquals(all, found, "pages of " + size);
        }
    }

    @Test
    void pagesBackwardCompletelyAndWithoutOverlap() {
        List<String> all = fill(57);
        Collections.reverse(all);
        for (int size = 1; size <= 60; size += 7) {
            List<String> found = new ArrayList<>();
            long next = Long.MAX_VALUE - 1;
            while (next != 0) {
                ChannelPage page = shard.backward(ROOM, next, size);
                found.addAll(texts(page));
                next = page.nextSerial();
            }
            assertEquals(all, found, "pages of " + size);
        }
    }

    @Test
    void pageEndsAtItsBytesButHoldsAtLeastOneMessage() {
        fill(10);
        assertEquals(1, read(ChannelQuery.forward(ROOM, 1, 100, 1)).messages().size());
        int one = TestShard.body("message 1").size();
        ChannelPage three = read(ChannelQuery.forward(ROOM, 1, 100, 3L * one));
        assertEquals(3, three.messages().size());
        assertEquals(4, three.nextSerial());
    }

    @Test
    void readingPastTheEndGivesAnEmptyLastPage() {
        fill(3);
        ChannelPage page = read(ChannelQuery.forward(ROOM, 4, 10, BYTES));
        assertEquals(List.of(), page.messages());
        assertEquals(List.of(), page.gaps());
        assertEquals(0, page.nextSerial());
        assertEquals(new ChannelExtent(TestShard.EPOCH, 1, 3), page.extent());
    }

    @Test
    void messagesOfOneSectionThatWereKnownByIdAreNotReadTwice() {
        shard.publish(TestShard.withIds(ROOM, "a=1", "b=2"));
        shard.publish(TestShard.withIds(ROOM, "c=3", "a=1", "d=4", "b=2", "e=5"));
        assertEquals(List.of("1", "2", "3", "4", "5"), shard.texts(ROOM));
    }

    @Test
    void retentionByCountKeepsAtLeastThatMany() {
        shard.policy(policy -> policy.setRetention(policy.getRetentionBuilder().setMessagesPerChannel(5)));
        for (int i = 1; i <= 10; i++) {
            shard.publish(to(ROOM, "a" + i, "b" + i));
        }
        assertEquals(new ChannelExtent(TestShard.EPOCH, 15, 20), shard.machine.extent(ROOM));
        assertEquals(List.of("a8", "b8", "a9", "b9", "a10", "b10"), shard.texts(ROOM));
        ChannelPage page = read(ChannelQuery.forward(ROOM, 3, 100, BYTES));
        assertEquals(List.of(gap(3, 14, GapCause.GAP_CAUSE_RETENTION)), page.gaps());
    }

    @Test
    void retentionByBytesKeepsAtLeastThatMuch() {
        int size = TestShard.body("x").size();
        shard.policy(policy -> policy.setRetention(policy.getRetentionBuilder().setBytesPerChannel(3L * size)));
        for (int i = 0; i < 10; i++) {
            shard.publish(to(ROOM, "x"));
        }
        assertEquals(new ChannelExtent(TestShard.EPOCH, 8, 10), shard.machine.extent(ROOM));
    }

    @Test
    void retentionSparesOtherChannels() {
        shard.policy(policy -> policy.setRetention(policy.getRetentionBuilder().setMessagesPerChannel(1)));
        shard.publish(to("default:quiet", "q"));
        for (int i = 0; i < 5; i++) {
            shard.publish(to(ROOM, "x"));
        }
        assertEquals(List.of("q"), shard.texts("default:quiet"));
        assertEquals(2, shard.machine.oldestRetainedIndex() - 1);
    }

    @Test
    void ageTakesWhatIsOlderAndNothingElse() {
        long start = shard.now;
        for (int i = 0; i < 10; i++) {
            shard.now = start + i * 10;
            shard.publish(to(i % 2 == 0 ? ROOM : "default:odd", "m" + i));
        }
        trimBefore(start + 50);
        assertEquals(List.of("m6", "m8"), shard.texts(ROOM));
        assertEquals(List.of("m5", "m7", "m9"), shard.texts("default:odd"));
        assertEquals(OptionalLong.of(start + 50), shard.machine.oldestRetainedMillis());
        assertEquals(List.of(7L, 8L, 9L, 10L, 11L), shard.machine.retainedIndexes(0, 100));
        assertEquals(List.of(9L, 10L), shard.machine.retainedIndexes(9, 2));
    }

    @Test
    void everythingMayGoByAgeAndSerialsGoOn() {
        fill(3);
        shard.now += 1;
        trimBefore(shard.now + 1_000_000);
        assertEquals(new ChannelExtent(TestShard.EPOCH, 4, 3), shard.machine.extent(ROOM));
        assertEquals(shard.machine.appliedIndex() + 1, shard.machine.oldestRetainedIndex());
        ChannelPage page = read(ChannelQuery.forward(ROOM, 1, 10, BYTES));
        assertEquals(List.of(gap(1, 3, GapCause.GAP_CAUSE_RETENTION)), page.gaps());
        assertEquals(0, page.nextSerial());
        assertEquals(
                List.of(gap(1, 3, GapCause.GAP_CAUSE_RETENTION)),
                shard.backward(ROOM, 0, 10).gaps());
        assertEquals(List.of(4L), TestShard.serials(shard.publish(to(ROOM, "next"))));
        shard.restart();
        trimBefore(1);
        assertEquals(List.of("next"), shard.texts(ROOM), "a trim time in the future takes nothing that comes later");
    }

    @Test
    void aLargeSweepGoesOnWithLaterEntries() {
        for (int i = 0; i < 600; i++) {
            shard.publish(to(ROOM, "m" + i));
        }
        shard.now += 10;
        trimBefore(shard.now);
        long first = shard.machine.extent(ROOM).firstSerial();
        assertTrue(first > 1 && first < 601, "a bounded part goes at once: " + first);
        shard.restart();
        for (int i = 0; i < 3; i++) {
            trimBefore(1);
        }
        assertEquals(601, shard.machine.extent(ROOM).firstSerial());
    }

    @Test
    void backwardPageEndsWithTheGapBeforeIt() {
        shard.policy(policy -> policy.setRetention(policy.getRetentionBuilder().setMessagesPerChannel(2)));
        for (int i = 1; i <= 5; i++) {
            shard.publish(to(ROOM, "m" + i));
        }
        ChannelPage page = shard.backward(ROOM, 5, 10);
        assertEquals(List.of("m5", "m4"), texts(page));
        assertEquals(List.of(gap(1, 3, GapCause.GAP_CAUSE_RETENTION)), page.gaps());
    }

    @Test
    void expiredMessagesAreGapsWithExactEdges() {
        shard.publish(TestShard.bodies(
                TestShard.mortal("a", 100),
                TestShard.mortal("b", 100),
                TestShard.body("c"),
                TestShard.mortal("d", 1_000)));
        shard.publish(TestShard.bodies(TestShard.mortal("e", 100)));
        shard.wallMillis = shard.now + 99;
        assertEquals(List.of("a", "b", "c", "d", "e"), shard.texts(ROOM));
        shard.wallMillis = shard.now + 100;
        ChannelPage page = read(ChannelQuery.forward(ROOM, 1, 10, BYTES));
        assertEquals(List.of("c", "d"), texts(page));
        List<HistoryGap> forward =
                List.of(gap(1, 2, GapCause.GAP_CAUSE_EXPIRED), gap(5, 5, GapCause.GAP_CAUSE_EXPIRED));
        assertEquals(forward, page.gaps());
        ChannelPage back = shard.backward(ROOM, 5, 10);
        assertEquals(List.of("d", "c"), texts(back));
        assertEquals(List.of(forward.get(1), forward.get(0)), back.gaps());
    }

    @Test
    void manyExpiredMessagesArePassedOverPageByPage() {
        for (int i = 0; i < 30; i++) {
            shard.publish(TestShard.bodies(
                    Collections.nCopies(100, TestShard.mortal("x", 1)).toArray(ByteString[]::new)));
        }
        shard.publish(to(ROOM, "last"));
        shard.wallMillis = shard.now + 1;
        List<String> found = new ArrayList<>();
        long missing = 0;
        for (long next = 1; next != 0; ) {
            ChannelPage page = read(ChannelQuery.forward(ROOM, next, 10, BYTES));
            found.addAll(texts(page));
            missing += page.gaps().stream()
                    .mapToLong(gap -> gap.getLastSerial() - gap.getFirstSerial() + 1)
                    .sum();
            next = page.nextSerial();
        }
        assertEquals(List.of("last"), found);
        assertEquals(3000, missing);
    }

    @Test
    void sinceStartsAtTheFirstMessageNotBefore() {
        long start = shard.now;
        for (int i = 0; i < 40; i++) {
            shard.now = start + i / 4 * 10;
            shard.publish(to(ROOM, "m" + i));
        }
        for (int i = 0; i < 10; i++) {
            assertEquals("m" + 4 * i, texts(shard.since(ROOM, start + i * 10)).get(0));
            assertEquals(
                    "m" + 4 * i, texts(shard.since(ROOM, start + i * 10 - 9)).get(0));
        }
        assertEquals(List.of(), texts(shard.since(ROOM, shard.now + 1)));
        assertEquals(40, texts(shard.since(ROOM, 0)).size());
    }

    @Test
    void sinceTellsOfMessagesThatRetentionTook() {
        long start = shard.now;
        for (int i = 0; i < 5; i++) {
            shard.now = start + i;
            shard.publish(to(ROOM, "m" + i));
        }
        trimBefore(start + 3);
        assertEquals(
                List.of(gap(1, 3, GapCause.GAP_CAUSE_RETENTION)),
                shard.since(ROOM, start + 1).gaps());
        assertEquals(List.of(), shard.since(ROOM, start + 3).gaps());
    }

    @Test
    void missingEntryIsAnErrorAndNeverSilence() {
        fill(20);
        shard.log.remove(4L);
        assertEquals(
                4,
                assertThrows(EntryMissingException.class, () -> shard.texts(ROOM))
                        .index());
        assertThrows(EntryMissingException.class, shard::dump);
    }

    @Test
    void entryWithOtherContentIsAnError() {
        fill(20);
        shard.log.put(
                4L,
                ShardEntry.newBuilder()
                        .addSections(to("default:other", "x"))
                        .build()
                        .toByteString());
        assertThrows(StateBrokenException.class, () -> shard.texts(ROOM));
    }

    @Test
    void dumpHoldsEveryChannelWithItsExtentAndMessages() {
        shard.publish(to("default:b", "1"));
        shard.publish(TestShard.from(ALICE, 1, "x", "y"));
        List<DumpedMessage> rows = shard.dump();
        assertEquals(
                List.of("default:b 0", "default:b 1", ROOM + " 0", ROOM + " 1", ROOM + " 2"),
                rows.stream().map(row -> row.channel() + " " + row.serial()).toList());
        DumpedMessage last = rows.get(4);
        assertEquals(3, last.shardSerial());
        assertEquals(2, last.sequence());
        assertEquals(MessageFields.crc(ByteString.copyFromUtf8("y")), last.payloadCrc());
        assertEquals(shard.machine.appliedIndex(), last.appliedIndex());
    }

    @Test
    void channelNamesThatBeginAlikeStayApart() {
        shard.publish(to("default:a", "1"));
        shard.publish(to("default:ab", "2"));
        shard.publish(to("default:a b", "3"));
        assertEquals(List.of("1"), shard.texts("default:a"));
        assertEquals(List.of("2"), shard.texts("default:ab"));
        assertEquals(List.of("3"), texts(shard.backward("default:a b", 0, 10)));
    }

    private List<String> fill(int count) {
        List<String> all = new ArrayList<>();
        for (int i = 1; i <= count; ) {
            List<String> some = new ArrayList<>();
            for (int j = 0; j < 1 + i % 4 && i <= count; j++) {
                some.add("message " + i++);
            }
            all.addAll(some);
            shard.apply(ShardEntry.newBuilder()
                    .addSections(to("default:noise", "n"))
                    .addSections(to(ROOM, some.toArray(String[]::new))));
        }
        return all;
    }

    private ChannelPage read(ChannelQuery query) {
        return shard.machine.read(query);
    }

    private void trimBefore(long millis) {
        shard.apply(ShardEntry.newBuilder().setTrimBeforeMs(millis));
    }

    private static HistoryGap gap(long first, long last, GapCause cause) {
        return HistoryGap.newBuilder()
                .setFirstSerial(first)
                .setLastSerial(last)
                .setCause(cause)
                .build();
    }
}
