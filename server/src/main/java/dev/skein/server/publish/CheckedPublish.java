package dev.skein.server.publish;

import dev.skein.core.ShardId;
import dev.skein.wire.SectionView;

/**
 * A section that has passed all checks.
 *
 * @param shard where its channels live
 * @param section what will be proposed, channels with their namespace
 * @param repeatable whether sending it twice has the effect of sending it once: it carries a producer sequence, or a message id
 *     on every stored message
 * @param timeoutMillis how long to try
 */
public record CheckedPublish(ShardId shard, SectionView section, boolean repeatable, long timeoutMillis) {

    /** What it holds of the session's limit of bytes. */
    int bytes() {
        return section.size();
    }

    boolean hasProducerOf(CheckedPublish other) {
        return section.producer().equals(other.section.producer());
    }
}
