package dev.skein.replication.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CopyPaceTest {

    private static final long DESCRIPTION_BYTES = 300;

    private long nanos;

    @Test
    void aLongWideWaySoonCarriesLargePieces() {
        Way way = new Way(Duration.ofMillis(215), 50_000_000);

        Copy copied = way.copy(16_000_000);

        assertEquals(CopyPace.PIECE_BYTES_MAX, copied.largest());
        assertTrue(copied.pieces() <= 19, () -> "pieces: " + copied.pieces());
    }

    @Test
    void aNarrowWayNeverGetsMoreThanTheSmallestPiece() {
        Way way = new Way(Duration.ofMillis(2), 250_000);

        assertEquals(CopyPace.PIECE_BYTES_MIN, way.copy(6_000_000).largest());
    }

    @Test
    void aWayInBetweenSettlesWhereOthersHardlyWait() {
        Way way = new Way(Duration.ofMillis(70), 2_000_000);

        assertEquals(256 << 10, way.copy(16_000_000).largest());
    }

    @Test
    void whenTheWayGetsNarrowPiecesShrinkAgain() {
        CopyPace pace = new CopyPace(() -> nanos);
        new Way(Duration.ofMillis(75), 100_000_000).copy(pace, 8_000_000);

        Copy narrow = new Way(Duration.ofMillis(75), 250_000).copy(pace, 8_000_000);

        assertEquals(CopyPace.PIECE_BYTES_MIN, narrow.last());
    }

    @Test
    void neverAsksForMoreThanJRaftWould() {
        CopyPace pace = new CopyPace(() -> nanos);

        assertEquals(7, pace.throttledByThroughput(7));
    }

    private record Copy(int pieces, long largest, long last) {}

    /** A way with a round trip and a width, bytes a second. */
    private final class Way {

        private final Duration roundTrip;
        private final long bytesPerSecond;

        Way(Duration roundTrip, long bytesPerSecond) {
            this.roundTrip = roundTrip;
            this.bytesPerSecond = bytesPerSecond;
        }

        Copy copy(long bytes) {
            CopyPace pace = new CopyPace(() -> nanos);
            pace.throttledByThroughput(Integer.MAX_VALUE);
            carry(DESCRIPTION_BYTES);
            return copy(pace, bytes);
        }

        Copy copy(CopyPace pace, long bytes) {
            int pieces = 0;
            long largest = 0;
            long piece = 0;
            for (long left = bytes; left > 0; left -= piece) {
                piece = pace.throttledByThroughput(CopyPace.PIECE_BYTES_MAX);
                largest = Math.max(largest, piece);
                pieces++;
                carry(Math.min(left, piece));
            }
            return new Copy(pieces, largest, piece);
        }

        private void carry(long bytes) {
            nanos += roundTrip.toNanos() + bytes * 1_000_000_000L / bytesPerSecond;
        }
    }
}
