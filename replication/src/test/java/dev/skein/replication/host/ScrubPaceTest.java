package dev.skein.replication.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.core.TimeSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ScrubPaceTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final ScrubPace pace = new ScrubPace(1_000, written::get, () -> false, new TimeSource() {
        @Override
        public long nanoTime() {
            return now.get();
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    });

    @Test
    void restsAsLongAsTheRateAsksWhenNobodyWrites() {
        now.set(SECOND);

        assertEquals(2 * SECOND, pace.pauseNanos(2_000));
    }

    @Test
    void whatIsWrittenMeanwhileIsTakenOff() {
        now.set(SECOND);
        written.set(500);

        assertEquals(2 * SECOND, pace.pauseNanos(1_000));
    }

    @Test
    void anEighthIsLeftUnderAnyLoad() {
        now.set(SECOND);
        written.set(1_000_000);

        assertEquals(8 * SECOND, pace.pauseNanos(1_000));
    }
}
