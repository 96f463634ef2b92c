package dev.skein.server.fanout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.TailBatch;
import dev.skein.replication.TailMessage;
import dev.skein.server.loopback.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TailRingTest {

    private final ManualLoop clock = new ManualLoop();
    private final RingBudget budget = new RingBudget(10_000);
    private final TailRing ring = new TailRing(4, 1_000, budget, clock);

    @Test
    void coversWhatCameAfterTheStart() {
        started(1, 10);
        append(1, 11, 12);
        assertEquals(TailRing.NOT_COVERED, ring.join(10, 0));
        assertEquals(List.of(11L, 12L), from(ring.join(11, 0)));
        assertEquals(List.of(12L), from(ring.join(12, 0)));
        assertEquals(List.of(), from(ring.join(13, 0)));
    }

    @Test
    void coversNothingBeforeTheStart() {
        assertEquals(TailRing.NOT_COVERED, ring.join(1, 0));
    }

    @Test
    void startsWithTheFirstBatchWhenThatComesEarlier() {
        append(1, 11, 12);
        started(1, 10);
        assertEquals(List.of(11L, 12L), from(ring.join(11, 0)));
    }

    @Test
    void losesTheOldestWhenFull() {
        started(1, 0);
        long first = ring.join(1, 0);
        append(1, 1, 2, 3, 4, 5, 6);
        assertTrue(ring.take(first, 10, 1_000).lost());
        assertEquals(TailRing.NOT_COVERED, ring.join(2, 0));
        assertEquals(List.of(3L, 4L, 5L, 6L), from(ring.join(3, 0)));
    }

    @Test
    void staysWithinItsBytes() {
        started(1, 0);
        ring.append(new TailBatch("c", 1, List.of(message(1, 600), message(2, 600))));
        assertEquals(TailRing.NOT_COVERED, ring.join(1, 0));
        assertEquals(600, budget.bytes());
    }

    @Test
    void keepsOnlyTheNewestWhenTheNodeIsOverItsBudget() {
        started(1, 0);
        append(1, 1, 2, 3);
        budget.add(20_000);
        append(1, 4);
        assertEquals(List.of(4L), from(ring.join(4, 0)));
        assertEquals(TailRing.NOT_COVERED, ring.join(3, 0));
    }

    @Test
    void givesAllMemoryBack() {
        started(1, 0);
        append(1, 1, 2, 3);
        ring.clear();
        assertEquals(0, budget.bytes());
    }

    @Test
    void dropsWhatItHasAlready() {
        started(1, 0);
        append(1, 1, 2, 3);
        started(1, 1);
        append(1, 2, 3, 4);
        assertEquals(List.of(1L, 2L, 3L, 4L), from(ring.join(1, 0)));
    }

    @Test
    void aHoleEmptiesItAndReadersAtTheEndNotice() {
        started(1, 0);
        append(1, 1, 2);
        long end = ring.endSlot();
        started(1, 5);
        assertTrue(ring.take(end, 10, 1_000).lost());
        append(1, 6);
        assertEquals(TailRing.NOT_COVERED, ring.join(3, 0));
        assertEquals(List.of(6L), from(ring.join(6, 0)));
    }

    @Test
    void aHoleInABatchEmptiesIt() {
        started(1, 0);
        append(1, 1, 2, 7, 8);
        assertEquals(TailRing.NOT_COVERED, ring.join(3, 0));
        assertEquals(List.of(7L, 8L), from(ring.join(7, 0)));
    }

    @Test
    void aLaggingSourceKeepsWhatIsThere() {
        started(1, 0);
        append(1, 1, 2, 3);
        long end = ring.endSlot();
        started(1, 2);
        assertFalse(ring.take(end, 10, 1_000).lost());
        assertEquals(List.of(1L, 2L, 3L), from(ring.join(1, 0)));
    }

    @Test
    void keepsEphemeralMessagesInPlace() {
        started(1, 0);
        ring.append(new TailBatch("c", 1, List.of(message(1, 1), ephemeral(1), message(2, 1))));
        List<TailMessage> all = ring.take(ring.join(1, 0), 10, 1_000).messages();
        assertEquals(
                List.of(false, true, false),
                all.stream().map(TailMessage::ephemeral).toList());
    }

    @Test
    void hidesEphemeralMessagesFromBeforeTheReader() {
        started(1, 0);
        ring.append(new TailBatch("c", 1, List.of(message(1, 1), ephemeral(1))));
        long attach = ring.endSlot();
        ring.append(new TailBatch("c", 1, List.of(ephemeral(1))));
        assertEquals(1, ring.take(ring.join(2, attach), 10, 1_000).messages().size());
    }

    @Test
    void aNewEpochStartsOver() {
        started(1, 0);
        append(1, 1, 2);
        append(2, 1);
        assertEquals(2, ring.epoch());
        assertEquals(List.of(1L), from(ring.join(1, 0)));
    }

    @Test
    void takesWithinCountAndBytes() {
        started(1, 0);
        append(1, 1, 2, 3);
        assertEquals(2, ring.take(ring.join(1, 0), 2, 1_000).messages().size());
        assertEquals(1, ring.take(ring.join(1, 0), 10, 1).messages().size());
    }

    @Test
    void handsOutNothingThatHasExpired() {
        started(1, 0);
        append(1, 1);
        long slot = ring.join(2, 0);
        ring.append(new TailBatch("c", 1, List.of(expiring(2, 100), message(3, 10))));
        assertEquals(List.of(2L, 3L), from(slot));
        clock.advance(100);
        assertTrue(ring.take(slot, 10, 1_000).lost());
        assertEquals(TailRing.NOT_COVERED, ring.join(1, 0));
        assertEquals(TailRing.NOT_COVERED, ring.join(2, 0));
        assertEquals(List.of(3L), from(ring.join(3, 0)));
        assertEquals(List.of(3L), from(slot + 1));
    }

    @Test
    void hasNoneThatExpiresLaterWhenAllHaveGone() {
        started(1, 0);
        ring.append(new TailBatch("c", 1, List.of(expiring(1, 50), expiring(2, 100))));
        clock.advance(50);
        assertEquals(List.of(2L), from(ring.join(2, 0)));
        clock.advance(50);
        assertEquals(TailRing.NOT_COVERED, ring.join(2, 0));
        assertEquals(0, budget.bytes());
    }

    private TailMessage expiring(long serial, long afterMillis) {
        long expires = clock.wallMillis() + afterMillis;
        return new TailMessage(serial, 0, false, ByteString.copyFrom(new byte[10]), expires);
    }

    private void started(long epoch, long last) {
        ring.started(new ChannelExtent(epoch, 1, last));
    }

    private void append(long epoch, long... serials) {
        List<TailMessage> messages = new ArrayList<>();
        LongStream.of(serials).forEach(serial -> messages.add(message(serial, 10)));
        ring.append(new TailBatch("c", epoch, messages));
    }

    private List<Long> from(long slot) {
        return ring.take(slot, 100, 10_000).messages().stream()
                .map(TailMessage::serial)
                .toList();
    }

    private static TailMessage message(long serial, int bytes) {
        return new TailMessage(serial, 0, false, ByteString.copyFrom(new byte[bytes]));
    }

    private static TailMessage ephemeral(long after) {
        return new TailMessage(after, 0, true, ByteString.copyFrom(new byte[1]));
    }
}
