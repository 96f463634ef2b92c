package dev.skein.replication.nodelog;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.TimeSource;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FloorFollowerTest {

    private final AtomicLong now = new AtomicLong();
    private final CountDownLatch disk = new CountDownLatch(1);
    private final SlowFloor floor = new SlowFloor();
    private final FloorFollower follower = new FloorFollower(floor, new TimeSource() {
        @Override
        public long nanoTime() {
            return now.get();
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    });

    /** A floor on a disk that stands still until it is let go. */
    private final class SlowFloor implements FloorFollower.Mark {

        private volatile long asked;
        private volatile long reached;
        private volatile boolean broken;

        @Override
        public long position() {
            return reached;
        }

        @Override
        public void raise(long position) throws IOException {
            asked = position;
            if (broken) {
                throw new IOException("input/output error");
            }
            try {
                disk.await();
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
            reached = position;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() {
        follower.start();
    }

    @AfterEach
    void close() {
        disk.countDown();
        follower.close();
    }

    @Test
    void reachesWhatWasSyncedAndTheLastOfItAtTheEnd() throws IOException {
        disk.countDown();
        follower.follow(10);
        eventually("reached", () -> floor.reached == 10);
        follower.follow(20);
        follower.follow(30);

        follower.close();

        assertEquals(30, floor.reached);
    }

    @Test
    void aFloorThatIsALittleBehindHoldsNobodyUp() throws IOException {
        follower.follow(10);
        eventually("asked", () -> floor.asked == 10);
        now.set(FloorFollower.LAG_NANOS_MAX);

        follower.follow(20);

        assertEquals(0, floor.reached);
    }

    @Test
    void aFloorThatIsFarBehindHoldsTheLogUpUntilItHasCaughtUp() throws Exception {
        follower.follow(10);
        eventually("asked", () -> floor.asked == 10);
        now.set(FloorFollower.LAG_NANOS_MAX + 1);
        Thread writer = new Thread(() -> {
            try {
                follower.follow(20);
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        });
        writer.start();
        eventually("the writer is held up", () -> writer.getState() == Thread.State.WAITING);

        disk.countDown();
        writer.join();

        assertTrue(floor.reached >= 10);
    }

    @Test
    void aFloorThatCannotBeWrittenStopsTheLog() throws IOException {
        floor.broken = true;
        follower.follow(10);

        eventually("the failure is told", () -> {
            try {
                follower.follow(20);
                return false;
            } catch (IOException refused) {
                return refused.getMessage().equals("floor: input/output error");
            }
        });
    }
}
