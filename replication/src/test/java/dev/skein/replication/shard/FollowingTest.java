package dev.skein.replication.shard;

import static dev.skein.replication.shard.TestShard.ALICE;
import static dev.skein.replication.shard.TestShard.ROOM;
import static dev.skein.replication.shard.TestShard.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.replication.ShardReplica.Following;
import dev.skein.replication.ShardReplica.TailListener;
import dev.skein.replication.TailBatch;
import dev.skein.replication.TailMessage;
import dev.skein.replication.store.InMemoryShardStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class FollowingTest {

    private final TestShard shard = TestShard.withPolicy(new InMemoryShardStore());
    private final Tail tail = new Tail();

    @Test
    void deliversEverythingAfterTheStartAndNothingBefore() {
        shard.publish(to(ROOM, "before"));
        Following following = shard.machine.follow(ROOM, tail);
        assertEquals(1, following.start().lastSerial());
        shard.publish(to("default:other", "not mine"));
        shard.publish(to(ROOM, "a", "b"));
        shard.publish(to(ROOM, "c"));
        assertEquals(List.of("2 a", "3 b", "4 c"), tail.seen);
    }

    @Test
    void deliversABatchThatWasBeingAppliedWhenTheFollowingStarted() {
        ApplyBatch batch = shard.machine.begin();
        batch.apply(
                2, 1, ShardEntry.newBuilder().addSections(to(ROOM, "a")).build().toByteString());
        Following following = shard.machine.follow(ROOM, tail);
        assertEquals(0, following.start().lastSerial());
        batch.finish();
        assertEquals(List.of("1 a"), tail.seen);
    }

    @Test
    void deliversEphemeralMessagesInPlace() {
        shard.machine.follow(ROOM, tail);
        shard.apply(ShardEntry.newBuilder()
                .addSections(to(ROOM, "a"))
                .addSections(to(ROOM, "typing").setEphemeral(true))
                .addSections(to(ROOM, "b")));
        assertEquals(List.of("1 a", "1 typing*", "2 b"), tail.seen);
    }

    @Test
    void doesNotDeliverDuplicatesOrRefusals() {
        shard.machine.follow(ROOM, tail);
        shard.publish(TestShard.from(ALICE, 1, "a"));
        shard.publish(TestShard.from(ALICE, 1, "a"));
        shard.publish(TestShard.from(ALICE, 2, "e").setEphemeral(true));
        shard.publish(TestShard.from(ALICE, 2, "e").setEphemeral(true));
        shard.publish(to(ROOM, "no").setExpectedLastSerial(9));
        assertEquals(List.of("1 a", "1 e*"), tail.seen);
    }

    @Test
    void everyFollowerGetsTheSameBytes() {
        List<TailMessage> messages = new ArrayList<>();
        shard.machine.follow(ROOM, listener(batch -> messages.addAll(batch.messages())));
        shard.machine.follow(ROOM, listener(batch -> messages.addAll(batch.messages())));
        shard.publish(to(ROOM, "a"));
        assertSame(messages.get(0).encoded(), messages.get(1).encoded());
    }

    @Test
    void tellsWhenAMessageExpires() {
        List<Long> lifetimes = new ArrayList<>();
        shard.machine.follow(ROOM, listener(batch -> batch.messages()
                .forEach(each -> lifetimes.add(each.expiresMillis() - each.timeMillis()))));
        shard.publish(TestShard.bodies(TestShard.mortal("a", 100)));
        assertEquals(List.of(100L), lifetimes);
    }

    @Test
    void closedFollowingGetsNothing() {
        Following following = shard.machine.follow(ROOM, tail);
        Tail other = new Tail();
        shard.machine.follow(ROOM, other);
        following.close();
        shard.publish(to(ROOM, "a"));
        assertEquals(List.of(), tail.seen);
        assertEquals(List.of("1 a"), other.seen);
    }

    @Test
    void failingListenerIsDroppedAndTheShardGoesOn() {
        Tail other = new Tail();
        List<String> calls = new ArrayList<>();
        shard.machine.follow(ROOM, new TailListener() {
            @Override
            public void appended(TailBatch batch) {
                calls.add("appended");
                throw new IllegalStateException("for the test");
            }

            @Override
            public void lost() {
                calls.add("lost");
            }
        });
        shard.machine.follow(ROOM, other);
        shard.publish(to(ROOM, "a"));
        shard.publish(to(ROOM, "b"));
        assertEquals(List.of("appended", "lost"), calls);
        assertEquals(List.of("1 a", "2 b"), other.seen);
    }

    @Test
    void closeTellsFollowersOnce() {
        shard.machine.follow(ROOM, tail);
        shard.machine.close();
        shard.machine.close();
        assertEquals(List.of("lost"), tail.seen);
    }

    @Test
    void followersThatComeWhileMessagesFlowMissNothing() throws InterruptedException {
        int messages = 2_000;
        CountDownLatch started = new CountDownLatch(1);
        List<Tail> tails = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        Thread joiner = new Thread(() -> {
            for (int i = 0; i < 200; i++) {
                Tail late = new Tail();
                tails.add(late);
                starts.add(shard.machine.follow(ROOM, late).start().lastSerial());
                started.countDown();
            }
        });
        joiner.start();
        started.await();
        for (int i = 1; i <= messages; i++) {
            shard.publish(to(ROOM, "m"));
        }
        joiner.join();
        shard.publish(to(ROOM, "m"));
        for (int i = 0; i < tails.size(); i++) {
            long start = starts.get(i);
            List<String> seen = tails.get(i).seen;
            assertEquals(messages + 1 - start, seen.size());
            assertEquals((start + 1) + " m", seen.get(0));
            assertEquals((messages + 1) + " m", seen.get(seen.size() - 1));
        }
    }

    private static TailListener listener(Consumer<TailBatch> whenAppended) {
        return new TailListener() {
            @Override
            public void appended(TailBatch batch) {
                whenAppended.accept(batch);
            }

            @Override
            public void lost() {}
        };
    }

    private static final class Tail implements TailListener {

        final List<String> seen = new ArrayList<>();

        @Override
        public void appended(TailBatch batch) {
            for (TailMessage message : batch.messages()) {
                seen.add(message.serial() + " " + TestShard.text(message) + (message.ephemeral() ? "*" : ""));
            }
        }

        @Override
        public void lost() {
            seen.add("lost");
        }
    }
}
