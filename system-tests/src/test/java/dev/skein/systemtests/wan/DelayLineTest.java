package dev.skein.systemtests.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.systemtests.wan.DelayLine.Parcel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class DelayLineTest {

    private final DelayLine line = new DelayLine();

    @Test
    void givesNothingBeforeItsTime() {
        Parcel parcel = mark();
        line.add(parcel, 10);
        assertNull(line.take(9));
        assertSame(parcel, line.take(10));
        assertNull(line.take(11));
    }

    @Test
    void keepsTheOrderWhenALaterParcelIsDueEarlier() {
        Parcel first = mark();
        Parcel second = mark();
        line.add(first, 20);
        line.add(second, 5);
        assertNull(line.take(19));
        assertSame(first, line.take(20));
        assertSame(second, line.take(20));
    }

    @Test
    void holdsEverythingUntilTheFloor() {
        line.add(mark(), 5);
        line.holdUntil(100);
        assertNull(line.take(99));
        assertEquals(100, line.headDueNanos());
        assertTrue(line.take(100) != null);
    }

    @Test
    void countsWhatIsOnItsWay() {
        line.add(new Parcel.Bytes(Unpooled.wrappedBuffer(new byte[7])), 1);
        line.add(mark(), 1);
        assertEquals(7, line.queuedBytes());
        line.take(1);
        assertEquals(0, line.queuedBytes());
    }

    @Test
    void releasesWhatItDrops() {
        ByteBuf bytes = Unpooled.buffer(3).writeBytes(new byte[3]);
        line.add(new Parcel.Bytes(bytes), 1);
        line.clear();
        assertEquals(0, bytes.refCnt());
        assertTrue(line.isEmpty());
    }

    private static Parcel mark() {
        return new Parcel.Mark(() -> {});
    }
}
