package dev.skein.replication.nodelog;

import java.util.Optional;

/**
 * What reading something again came to.
 *
 * @param bytes read
 * @param found places that were not what had been written
 * @param repaired how many of them are whole again
 * @param waiting why others are not yet; empty when nothing waits
 */
public record ScrubResult(long bytes, int found, int repaired, Optional<String> waiting) {

    /** Nothing was there to read. */
    public static final ScrubResult NOTHING = clean(0);

    /** Everything is as it was written. */
    public static ScrubResult clean(long bytes) {
        return new ScrubResult(bytes, 0, 0, Optional.empty());
    }

    /** Both together; of two reasons to wait the first one. */
    public ScrubResult plus(ScrubResult other) {
        return new ScrubResult(
                bytes + other.bytes, found + other.found, repaired + other.repaired, waiting.or(other::waiting));
    }
}
