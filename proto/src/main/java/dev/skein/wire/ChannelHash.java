package dev.skein.wire;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Which shard a channel belongs to. Part of the wire contract, because a producer numbers its messages per shard: CRC32C of the
 * full name in UTF-8, mixed by MurmurHash3's 32-bit finaliser, modulo the namespace's shard count.
 */
public final class ChannelHash {

    private ChannelHash() {}

    /**
     * The shard of a channel.
     *
     * @param fullName the channel's name with its namespace, {@code namespace:name}
     * @param shards the namespace's shard count, at least 1
     * @return 0 to {@code shards - 1}
     */
    public static int shardOf(String fullName, int shards) {
        if (shards < 1) {
            throw new IllegalArgumentException("shards: " + shards + " (expected: at least 1)");
        }
        CRC32C crc = new CRC32C();
        crc.update(fullName.getBytes(StandardCharsets.UTF_8));
        int h = (int) crc.getValue();
        h ^= h >>> 16;
        h *= 0x85ebca6b;
        h ^= h >>> 13;
        h *= 0xc2b2ae35;
        h ^= h >>> 16;
        return Integer.remainderUnsigned(h, shards);
    }
}
