package dev.skein.server.publish;

import dev.skein.core.ShardId;
import dev.skein.proto.replication.v1.PublishSection;

/**
 * A publish that has passed all checks.
 *
 * @param shard where its channel lives
 * @param section what will be proposed
 * @param bytes of all messages
 * @param repeatable whether sending it twice has the effect of sending it once: it carries a producer sequence, or a message id
 *     on every stored message
 * @param timeoutMillis how long to try
 */
public record CheckedPublish(
        ShardId shard, PublishSection section, long bytes, boolean repeatable, long timeoutMillis) {}
